import { percentile, report, reportAlone } from './figure.ts';
import { ourRelay } from './our-relay.ts';
import { bareFanOut } from './sync/bare-dialect.ts';
import { measureFanOut, type Load } from './sync/fan-out.ts';
import { installPeers } from './sync/peers.ts';

const LOADS: readonly Load[] = [
  { clients: 10, changesPerSecond: 100, changes: 500 },
  { clients: 100, changesPerSecond: 100, changes: 300 },
  { clients: 1_000, changesPerSecond: 10, changes: 50 },
];

/**
 * Our relay, automerge-repo's server and Hocuspocus: one document, one writer, everybody else reads. And a server that only copies,
 * below which no server on Node can be: where a tenth of a peer is less than that, the goal is missed, and the figures show why.
 */
export async function benchFanOut(): Promise<void> {
  installPeers();
  const { automerge } = await import('./sync/automerge-dialect.mjs');
  const { hocuspocus, hocuspocusDurable } = await import('./sync/hocuspocus-dialect.mjs');
  for (const load of LOADS) {
    const at = ` with ${load.clients} clients`;
    const peers: number[] = [];
    for (const peer of [automerge, hocuspocus, hocuspocusDurable]) {
      const { processorTime, delays } = await measureFanOut(peer, load);
      peers.push(processorTime);
      reportAlone(`${peer.name}: server CPU per delivery${at}`, processorTime, 'µs');
      reportAlone(`${peer.name}: delivery p50${at}`, percentile(delays, 0.5), 'ms');
      reportAlone(`${peer.name}: delivery p99${at}`, percentile(delays, 0.99), 'ms');
    }
    const bare = await measureFanOut(bareFanOut, load);
    reportAlone(`bare fan-out, nothing stored: server CPU per delivery${at}`, bare.processorTime, 'µs');
    const { processorTime, delays } = await measureFanOut(ourRelay, load);
    const goal = 'server CPU per delivery at least 10 x lower than the better of them (automerge-repo, Hocuspocus), durable before acknowledgement';
    report(`server CPU per delivery${at}`, processorTime, 'µs', goal, 0.1, Math.min(...peers));
    reportAlone(`server CPU per delivery${at}, beside Hocuspocus storing each change as we do`, processorTime, 'µs', peers[2]);
    reportAlone(`server CPU per delivery${at}, beside the bare fan-out`, processorTime, 'µs', bare.processorTime);
    const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
    const hasGoal = load.clients === 100;
    if (hasGoal) report(`delivery p50${at}`, p50, 'ms', 'delivery p50 <= 5 ms at 100 clients and 100 changes/s', 5);
    else reportAlone(`delivery p50${at}`, p50, 'ms');
    if (hasGoal) report(`delivery p99${at}`, p99, 'ms', 'p99 <= 50 ms at 100 clients and 100 changes/s', 50);
    else reportAlone(`delivery p99${at}`, p99, 'ms');
  }
}
