/** A network in memory, under a clock and dice of its own: the same seed gives the same weather. For tests. */
import type { Timers } from './timers.ts';
import type { Connect, ConnectionEvents } from './transport.ts';

export interface Scheduler extends Timers {
  /** Milliseconds of simulated time. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  /** A whole number from `from` up to and including `to`. */
  between(from: number, to: number): number;
  isLikely(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  randomBytes(length: number): Uint8Array<ArrayBuffer>;
  /** Lets everything happen that is due within so many milliseconds, one event after the other. */
  pass(milliseconds: number): Promise<void>;
}

/** `settle` waits until all that an event set off outside of simulated time (ciphers, disks) is done. */
export function createScheduler(seed: number, settle: () => Promise<void>): Scheduler {
  let state = seed >>> 0;
  let time = 0;
  let count = 0;
  const events = new Map<number, { at: number; task: () => void }>();

  /** mulberry32 */
  function random(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const between = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));

  return {
    now: () => time,
    random,
    between,
    isLikely: (probability) => random() < probability,
    pick(from) {
      const [chosen] = from.slice(between(0, from.length - 1));
      if (chosen === undefined) throw new RangeError('nothing to pick from');
      return chosen;
    },
    randomBytes: (length) => Uint8Array.from({ length }, () => between(0, 255)),
    after(milliseconds, task) {
      count += 1;
      const id = count;
      events.set(id, { at: time + milliseconds, task });
      return () => void events.delete(id);
    },
    async pass(milliseconds) {
      const end = time + milliseconds;
      await settle();
      for (;;) {
        let next: { id: number; at: number; task: () => void } | undefined;
        for (const [id, { at, task }] of events) if (at <= end && (!next || at < next.at)) next = { id, at, task };
        if (!next) break;
        events.delete(next.id);
        time = Math.max(time, next.at);
        next.task();
        await settle();
      }
      time = end;
    },
  };
}

/** What happens to messages: probabilities, and the longest delay in milliseconds. */
export interface Weather {
  readonly delay: number;
  readonly drop: number;
  readonly duplicate: number;
  readonly reorder: number;
  /** A bit is turned over. */
  readonly corrupt: number;
  /** The connection breaks. */
  readonly cut: number;
}
export const CALM: Weather = { delay: 20, drop: 0, duplicate: 0, reorder: 0, corrupt: 0, cut: 0 };

/** The far end of a simulated connection. */
export interface Acceptor {
  /** Answers with what receives a client's messages; null where nobody is there. */
  accept(wire: { send(message: Uint8Array): void; close(): void }): { receive(message: Uint8Array): Promise<void>; end(): void } | null;
}

export interface SimulatedNetwork {
  readonly connect: Connect;
  setWeather(weather: Weather): void;
  cutAll(): void;
}

export function createSimulatedNetwork(scheduler: Scheduler, acceptor: Acceptor): SimulatedNetwork {
  let weather = CALM;
  const cuts = new Set<() => void>();

  function turnBit(bytes: Uint8Array): void {
    const at = scheduler.between(0, bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << scheduler.between(0, 7));
  }

  /** One direction of a connection. Messages arrive in order, unless the weather is bad. */
  function createPipe(deliver: (message: Uint8Array) => void, cut: () => void): (message: Uint8Array) => void {
    let last = 0;
    return (message) => {
      if (scheduler.isLikely(weather.cut)) return cut();
      if (scheduler.isLikely(weather.drop)) return;
      for (let copies = scheduler.isLikely(weather.duplicate) ? 2 : 1; copies > 0; copies -= 1) {
        const sent = new Uint8Array(message);
        if (scheduler.isLikely(weather.corrupt)) turnBit(sent);
        const at = scheduler.now() + scheduler.between(1, weather.delay);
        const inOrder = scheduler.isLikely(weather.reorder) ? at : Math.max(at, last);
        last = Math.max(last, inOrder);
        scheduler.after(inOrder - scheduler.now(), () => deliver(sent));
      }
    };
  }

  function connect(_url: string, events: ConnectionEvents) {
    let isOpen = true;
    let far: ReturnType<Acceptor['accept']> = null;
    let handled = Promise.resolve();
    const end = (): void => {
      if (!isOpen) return;
      isOpen = false;
      cuts.delete(end);
      far?.end();
      scheduler.after(1, events.onClose);
    };
    cuts.add(end);
    const toFar = createPipe((message) => {
      if (isOpen) handled = handled.then(() => far?.receive(message));
    }, end);
    const toNear = createPipe((message) => {
      if (isOpen) events.onMessage(message);
    }, end);
    scheduler.after(scheduler.between(1, weather.delay), () => {
      if (!isOpen) return;
      far = acceptor.accept({ send: (message) => isOpen && toNear(message), close: () => scheduler.after(1, end) });
      if (far) events.onOpen();
      else end();
    });
    return { send: (message: Uint8Array) => void (isOpen && toFar(message)), close: end };
  }

  return {
    connect,
    setWeather: (next) => (weather = next),
    cutAll() {
      for (const cut of [...cuts]) cut();
    },
  };
}
