import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RelayMessage } from '#sync/protocol/messages.ts';
import type { Sfu } from './sfu/sfu.ts';
import type { RelayStore } from './store.ts';

/** Why the relay ended a connection. */
export type DropReason = 'not_reading' | 'not_responding' | 'no_hello' | 'too_much_from_a_stranger' | 'failed' | 'too_many_connections';

/** Counts what a relay does. Nothing here names a ledger, a device or an address: there are no labels but those below. */
export interface RelayMetrics {
  /** Looks at what is counted elsewhere when somebody asks. */
  watch(sources: { connections(): number; ledgers(): number; store: Pick<RelayStore, 'size'>; sfu: Pick<Sfu, 'rooms' | 'peers' | 'pid'> | null }): void;
  onReceived(bytes: number): void;
  onSent(message: RelayMessage, times: number): void;
  onDropped(reason: DropReason): void;
  /** Appending as it was asked for, and frames that are new in the store. */
  onStored(frames: number, bytes: number): void;
  /** One durable transaction: how long it took in milliseconds and how many requests shared it. */
  onCommit(milliseconds: number, requests: number): void;
  /** The store failed: an SQLSTATE, or the name of an error of the network or the disk. */
  onFailure(reason: string): void;
  onFanOutLag(milliseconds: number): void;
  onFanOutConnection(isThere: boolean): void;
  onMediaWorkerDied(): void;
  /** In Prometheus' text format. */
  render(): Promise<{ type: string; text: string }>;
}

const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCHES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];

export function createRelayMetrics(): RelayMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const labelled = <Label extends string>(name: string, help: string, label: Label) => new Counter({ name, help, labelNames: [label], registers });

  const received = counter('relay_received_bytes_total', 'Bytes of messages from clients.');
  const sent = labelled('relay_messages_sent_total', 'Messages to clients, by type.', 'type');
  const refused = labelled('relay_refusals_total', 'Refusals of requests and of frames, by reason.', 'reason');
  const dropped = labelled('relay_connections_dropped_total', 'Connections that the relay ended, by reason.', 'reason');
  const frames = counter('relay_frames_stored_total', 'New frames on the disk.');
  const bytes = counter('relay_frames_stored_bytes_total', 'Bytes of new frames on the disk.');
  const commit = new Histogram({ name: 'relay_commit_seconds', help: 'How long durable transactions took.', buckets: COMMIT_SECONDS, registers });
  const batch = new Histogram({ name: 'relay_commit_requests', help: 'Requests that shared a durable transaction.', buckets: BATCHES, registers });
  const failures = labelled('relay_store_failures_total', 'Failures of the disk or the database, by SQLSTATE or name.', 'reason');
  const lag = new Histogram({ name: 'relay_fanout_lag_seconds', help: 'How long a notice to other relays took through the database.', buckets: COMMIT_SECONDS, registers });
  const isConnected = new Gauge({ name: 'relay_fanout_connected', help: '1 while the connection for notices between relays is there; without other relays 1 always.', registers });
  isConnected.set(1);
  const deaths = counter('relay_media_worker_deaths_total', 'How often the media router died.');

  return {
    watch({ connections, ledgers, store, sfu }) {
      const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
        new Gauge({ name, help, registers, async collect() { this.set(await read()); } });
      gauge('relay_connections', 'Connections that are open.', connections);
      gauge('relay_calls', 'Calls that somebody is in.', () => sfu?.rooms() ?? 0);
      gauge('relay_call_devices', 'Devices in them.', () => sfu?.peers() ?? 0);
      gauge('relay_media_worker_running', '1 while the media router runs.', () => (sfu?.pid() == null ? 0 : 1));
      gauge('relay_ledgers_open', 'Ledgers that somebody listens to.', ledgers);
      gauge('relay_store_bytes', 'Bytes that count for the total quota; NaN where the store does not answer.', async () => {
        const size = await store.size();
        return size.ok ? size.value : Number.NaN;
      });
    },
    onReceived: (length) => received.inc(length),
    onSent(message, times) {
      sent.inc({ type: message.type }, times);
      if (message.type === 'refused') refused.inc({ reason: message.reason });
      if (message.type === 'appended') for (const { reason } of message.refused) refused.inc({ reason });
    },
    onDropped: (reason) => dropped.inc({ reason }),
    onStored(count, length) {
      frames.inc(count);
      bytes.inc(length);
    },
    onCommit(milliseconds, requests) {
      commit.observe(milliseconds / 1_000);
      batch.observe(requests);
    },
    onFailure: (reason) => failures.inc({ reason }),
    onFanOutLag: (milliseconds) => lag.observe(milliseconds / 1_000),
    onMediaWorkerDied: () => deaths.inc(),
    onFanOutConnection: (isThere) => isConnected.set(isThere ? 1 : 0),
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

/** A store whose new frames are counted. */
export function countFrames(store: RelayStore, metrics: Pick<RelayMetrics, 'onStored'>): RelayStore {
  async function append(...given: Parameters<RelayStore['append']>): ReturnType<RelayStore['append']> {
    const outcome = await store.append(...given);
    if (!outcome.ok) return outcome;
    const sizes = new Map(given[1].map(({ frame, bytes }) => [frame, bytes.length]));
    const fresh = outcome.value.filter((one) => 'fresh' in one && one.fresh);
    metrics.onStored(fresh.length, fresh.reduce((sum, { frame }) => sum + (sizes.get(frame) ?? 0), 0));
    return outcome;
  }
  return { ...store, append };
}
