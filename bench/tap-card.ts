import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createPcscDriver } from '../native/drivers/pcsc.ts';
import { createSimulatedDriver } from '../native/drivers/simulated.ts';
import type { ReaderDriver } from '../native/driver.ts';
import { issueCard, type IssueRecord } from '../native/ntag424/issue.ts';
import { createIssuer } from '../native/ntag424/issuer.ts';
import { proveCard } from '../native/ntag424/prove.ts';
import { createReaders } from '../native/readers.ts';
import { createNtag424Card, type SimulatedNtag424 } from '../native/simulated/ntag424-card.ts';
import { holdCard } from '../native/simulated/channel.ts';
import { systemTimers } from '../native/system-timers.ts';
import { holdToSocket } from '../tests/native/card-socket.ts';
import { startPcscd, whyNoPcscd } from '../tests/native/pcscd.ts';
import { percentile, report } from './figure.ts';

const issuer = createIssuer(randomBytes(16));

async function createIssued(): Promise<SimulatedNtag424> {
  const card = createNtag424Card({ randomBytes });
  const records = new Map<string, IssueRecord>();
  const journal = { find: async () => null, record: async (entry: IssueRecord) => Boolean(records.set(entry.uid, entry)) };
  const issued = await issueCard(holdCard(card), { issuer, journal, randomBytes });
  if (!issued.ok) throw new Error(issued.code);
  return card;
}

interface Hands {
  place(): void | Promise<void>;
  remove(): void | Promise<void>;
}

/** Milliseconds from the reader's word that a card is there to its proof, of each of so many taps. */
async function proveOften(driver: ReaderDriver, { place, remove }: Hands, times: number): Promise<number[]> {
  const took: number[] = [];
  let isThere = false;
  let seen = 0;
  let wake = (): void => undefined;
  const until = async (check: () => boolean): Promise<void> => {
    while (!check()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const witness: ReaderDriver = {
    ...driver,
    start: (host) =>
      driver.start({
        ...host,
        cardArrived(id, connect) {
          seen = performance.now();
          isThere = true;
          host.cardArrived(id, connect);
        },
        cardLeft(id) {
          host.cardLeft(id);
          isThere = false;
          wake();
        },
      }),
  };
  const readers = createReaders({
    drivers: [witness], timers: systemTimers, now: () => performance.now(), allowVirtual: true,
    onBug(error) {
      throw error;
    },
  });
  readers.onChange(() => wake());
  readers.onCard(async (channel) => {
    const proof = await proveCard(channel, { issuer, versionOf: () => 1, randomBytes });
    if (!proof.ok) throw new Error(proof.code);
    took.push(performance.now() - seen);
    wake();
    return 'again';
  });
  for (let tap = 1; tap <= times; tap += 1) {
    await until(() => readers.view().readers.some(({ state }) => state === 'ready'));
    await place();
    await until(() => took.length === tap);
    await remove();
    await until(() => !isThere);
  }
  await readers.close();
  return took;
}

/** What the card and its reader take of a tap. The emulated card's cryptography is real, its radio takes no time. */
export async function benchTapCard(): Promise<void> {
  const card = await createIssued();
  const before = card.commands;
  const simulated = createSimulatedDriver();
  const reader = simulated.reader();
  const TAPS = 500;
  const plain = await proveOften(simulated.driver, { place: () => reader.place(card), remove: () => reader.remove() }, TAPS);
  report('commands to the card for its proof', (card.commands - before) / TAPS, 'APDUs', '<= 6 APDUs', 6);
  report('card seen -> proof, emulated card, p99 of 500', percentile(plain, 0.99), 'ms', 'a part of p99 <= 500 ms', 500);

  const reason = whyNoPcscd();
  if (reason) {
    console.error(`NOT MEASURED: PC/SC: ${reason}`);
    return;
  }
  const pcscd = await startPcscd();
  const relay = spawn('/usr/bin/python3', [join(import.meta.dirname, 'quick-relay.py'), String(pcscd.port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(relay.stdout, 'data')) as [Buffer];
  let letGo = (): void => undefined;
  const hands: Hands = {
    async place() {
      const socket = await holdToSocket(card, Number(line.toString()));
      letGo = () => socket.destroy();
    },
    remove: () => letGo(),
  };
  const real = await proveOften(createPcscDriver({ timers: systemTimers }), hands, 100);
  report('card seen -> proof, real pcscd and a virtual reader, p50 of 100', percentile(real, 0.5), 'ms', 'a part of p99 <= 500 ms', 500);
  report('the same, p99', percentile(real, 0.99), 'ms', 'a part of p99 <= 500 ms', 500);
  relay.stdin.end();
  await pcscd.close();
}
