/** What every kind of reader must do (`reader.ts`). A driver's test calls `readerSuite` with a way to make a reader of its kind. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReaderDriver } from './driver.ts';
import { issueCard, type IssueRecord } from './ntag424/issue.ts';
import { createIssuer } from './ntag424/issuer.ts';
import { proveCard } from './ntag424/prove.ts';
import { createReaders } from './readers.ts';
import type { CardChannel, CardHandler, Readers } from './reader.ts';
import type { SimulatedCard } from './simulated/card.ts';
import { createNtag424Card } from './simulated/ntag424-card.ts';
import { systemTimers } from './system-timers.ts';

/** A reader of some kind, and hands to hold cards to it. */
export interface ReaderRig {
  createDriver(): ReaderDriver;
  place(card: SimulatedCard): Promise<void>;
  remove(): Promise<void>;
  /** The reader is unplugged, or its service stops. */
  lose(): Promise<void>;
  bringBack(): Promise<void>;
  close(): Promise<void>;
}

const SELECT = Buffer.from('00A4040C07D276000085010100', 'hex');

/** `whyNot` is why this kind cannot be tried on this machine: then it says so, once, and is skipped. */
export function readerSuite(name: string, openRig: () => Promise<ReaderRig>, whyNot: string | null = null): void {
  if (whyNot) process.stderr.write(`SKIPPED: reader: ${name}: ${whyNot}\n`);
  describe.skipIf(whyNot !== null)(`reader: ${name}`, () => {
    let rig: ReaderRig;
    let readers: Readers;
    let clock = 0;
    const bugs: unknown[] = [];
    /** What the driver has noticed so far. */
    const seen = { arrivals: 0, departures: 0 };
    const witness = (driver: ReaderDriver): ReaderDriver => ({
      ...driver,
      start: (host) =>
        driver.start({
          ...host,
          cardArrived(id, connect) {
            host.cardArrived(id, connect);
            seen.arrivals += 1;
          },
          cardLeft(id) {
            host.cardLeft(id);
            seen.departures += 1;
          },
        }),
    });
    const open = (allowVirtual = true): Readers =>
      createReaders({ drivers: [witness(rig.createDriver())], timers: systemTimers, now: () => clock, allowVirtual, onBug: (error) => bugs.push(error) });
    const states = () => readers.view().readers.map(({ state }) => state);
    const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 10 });
    const untilReady = () => until(() => expect(states()[0]).toBe('ready'));
    async function place(card: SimulatedCard = createNtag424Card({ randomBytes })): Promise<void> {
      const { arrivals } = seen;
      await rig.place(card);
      await until(() => expect(seen.arrivals).toBe(arrivals + 1));
    }
    async function remove(): Promise<void> {
      const { departures } = seen;
      await rig.remove();
      await until(() => expect(seen.departures).toBe(departures + 1));
    }
    /** Counts what a handler is offered and lets it run. */
    function listen(handler: CardHandler = () => Promise.resolve('done')) {
      const offered: CardChannel[] = [];
      const off = readers.onCard((channel) => {
        offered.push(channel);
        return handler(channel);
      });
      return { offered, off, untilOffered: (count: number) => until(() => expect(offered).toHaveLength(count)).then(untilReady) };
    }

    beforeEach(async () => {
      clock = 0;
      seen.arrivals = 0;
      seen.departures = 0;
      bugs.length = 0;
      rig = await openRig();
      readers = open();
      await untilReady();
    });
    afterEach(async () => {
      await readers.close();
      await rig.close();
      expect(bugs).toEqual([]);
    });

    it('issues a card and lets it prove itself', async () => {
      const issuer = createIssuer(randomBytes(16));
      const records = new Map<string, IssueRecord>();
      const journal = {
        find: (uid: string) => Promise.resolve(records.get(uid) ?? null),
        record: (entry: IssueRecord) => Promise.resolve(Boolean(records.set(entry.uid, entry))),
      };
      const outcomes: unknown[] = [];
      const { untilOffered } = listen(async (channel) => {
        outcomes.push(await issueCard(channel, { issuer, journal, randomBytes }));
        outcomes.push(await proveCard(channel, { issuer, versionOf: (uid) => records.get(uid)?.version ?? null, randomBytes }));
        return 'done';
      });
      const card = createNtag424Card({ randomBytes });
      await place(card);
      await untilOffered(1);
      expect(outcomes).toEqual([{ ok: true, value: { uid: card.uid, version: 1 } }, { ok: true, value: { uid: card.uid } }]);
    });

    it('says that it reads while it does', async () => {
      let end: (outcome: 'done') => void = () => undefined;
      const { offered, untilOffered } = listen(() => new Promise((resolve) => (end = resolve)));
      await place();
      await until(() => expect(offered).toHaveLength(1));
      expect(states()[0]).toBe('reading');
      end('done');
      await untilOffered(1);
    });

    it('offers a card once, and again after it was away long enough', async () => {
      const card = createNtag424Card({ randomBytes });
      const { offered, off, untilOffered } = listen();
      await place(card);
      await untilOffered(1);
      // It still lies there when somebody else asks, and when it is lost for a moment.
      off();
      const later = listen();
      await remove();
      await place(card);
      clock += 1_500;
      await remove();
      clock += 1_499;
      await place(card);
      await remove();
      clock += 1_500;
      await place(card);
      await later.untilOffered(1);
      expect(offered).toHaveLength(1);
    });

    it('offers a card again at once where that is asked for', async () => {
      const card = createNtag424Card({ randomBytes });
      const { offered, untilOffered } = listen(() => Promise.resolve('again'));
      await place(card);
      await untilOffered(1);
      await remove();
      await place(card);
      await untilOffered(2);
      expect(offered[1]).not.toBe(offered[0]);
    });

    it('offers what already lies there to somebody who asks later', async () => {
      await place();
      const first = listen(() => Promise.resolve('again'));
      await first.untilOffered(1);
      first.off();
      const second = listen();
      await second.untilOffered(1);
      expect(second.offered[0]).not.toBe(first.offered[0]);
    });

    it.each(['before', 'after'] as const)('says that a card left, torn %s a command, and takes the next', async (when) => {
      const card = createNtag424Card({ randomBytes });
      const answers: unknown[] = [];
      const { untilOffered } = listen(async (channel) => {
        const selected = await channel.transmit(SELECT);
        answers.push(selected.ok);
        answers.push(await channel.transmit(SELECT));
        return selected.ok ? 'again' : 'done';
      });
      card.tearAt(1, when);
      await place(card);
      await untilOffered(1);
      expect(answers).toEqual([true, { ok: false, code: 'card_left' }]);
      await until(() => expect(seen.departures).toBe(1));
      await place(card);
      await untilOffered(2);
      expect(answers[2]).toBe(true);
    });

    it('does not tire of cards that are torn away', async () => {
      const card = createNtag424Card({ randomBytes });
      const answers: boolean[] = [];
      const { offered } = listen(async (channel) => {
        const first = await channel.transmit(SELECT);
        answers.push(first.ok && (await channel.transmit(SELECT)).ok);
        return 'again';
      });
      const TIMES = 6;
      for (let time = 1; time <= TIMES; time += 1) {
        card.tearAt(1, 'before');
        await place(card);
        await until(() => expect(seen.departures).toBe(time));
      }
      await place(card);
      await until(() => expect(answers.at(-1)).toBe(true));
      expect(answers).toEqual([...Array.from({ length: TIMES }, () => false), true]);
      expect(offered).toHaveLength(TIMES + 1);
    });

    it('lets go of a card in the middle of a command, again and again', async () => {
      const card = createNtag424Card({ randomBytes });
      const codes: unknown[] = [];
      const TIMES = 6;
      listen(async (channel) => {
        const over = new AbortController();
        const cut = channel.transmit(SELECT, over.signal);
        if (codes.length < TIMES) over.abort();
        const answer = await cut;
        codes.push(answer.ok || answer.code);
        return 'again';
      });
      for (let time = 1; time <= TIMES + 1; time += 1) {
        await place(card);
        await until(() => expect(codes).toHaveLength(time));
        await untilReady();
        await remove();
      }
      expect(codes).toEqual([...Array.from({ length: TIMES }, () => 'cancelled'), true]);
    });

    it('says that a card left between two commands', async () => {
      const left: unknown[] = [];
      const { untilOffered } = listen(async (channel) => {
        await channel.transmit(SELECT);
        await rig.remove();
        left.push(await channel.transmit(SELECT));
        return 'again';
      });
      await place();
      await untilOffered(1);
      expect(left).toEqual([{ ok: false, code: 'card_left' }]);
    });

    it('is gone in the middle of a dialogue, and comes back as the same', async () => {
      const card = createNtag424Card({ randomBytes });
      const [before] = readers.view().readers;
      const faults: unknown[] = [];
      const { offered } = listen(async (channel) => {
        if (faults.length > 0) return 'again';
        await channel.transmit(SELECT);
        await rig.lose();
        await until(() => expect(channel.left.aborted).toBe(true));
        faults.push(await channel.transmit(SELECT));
        return 'again';
      });
      await place(card);
      await until(() => expect(faults).toHaveLength(1));
      expect(faults).toEqual([{ ok: false, code: expect.stringMatching(/reader_lost|card_left/) as string }]);
      await until(() => expect(readers.view().readers).toEqual([]));
      await rig.bringBack();
      await until(() => expect(readers.view().readers[0]).toEqual(before));
      await place(card);
      await until(() => expect(offered).toHaveLength(2));
    });

    it('ends a dialogue when its time is over', async () => {
      const answers: unknown[] = [];
      const { untilOffered } = listen(async (channel) => {
        answers.push(await channel.transmit(SELECT, AbortSignal.abort()));
        answers.push(await channel.transmit(SELECT));
        return 'again';
      });
      await place();
      await untilOffered(1);
      expect(answers).toEqual([{ ok: false, code: 'cancelled' }, { ok: false, code: 'cancelled' }]);
    });

    it('has one handler at a time', () => {
      const off = readers.onCard(() => Promise.resolve('done'));
      expect(() => readers.onCard(() => Promise.resolve('done'))).toThrow('handler');
      off();
      readers.onCard(() => Promise.resolve('done'))();
    });

    it('is refused where software was not asked for, whatever is held to it', async () => {
      await readers.close();
      readers = open(false);
      await until(() => expect(readers.view().readers[0]).toMatchObject({ state: 'error', reason: 'virtual_refused' }));
      const { offered, off } = listen();
      await place();
      // A reader that is allowed is offered that very card: it was there to be offered.
      off();
      await readers.close();
      readers = open();
      await listen().untilOffered(1);
      expect(offered).toEqual([]);
    });
  });
}
