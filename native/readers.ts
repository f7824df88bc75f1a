/** The hub: all readers of all drivers as one (`reader.ts` says what it promises). */
import { wait, type DriverHost, type DriverReader, type ReaderDriver, type Timers } from './driver.ts';
import type { CardHandler, DriverInfo, ReaderFault, ReaderInfo, Readers, ReadersView } from './reader.ts';
import { createSeat, type Seat } from './seat.ts';

export interface ReadersDeps {
  readonly drivers: readonly ReaderDriver[];
  readonly timers: Timers;
  /** Milliseconds that never run backwards, as of `performance.now`. */
  now(): number;
  /** For tests and demonstrations only: software may be a reader. */
  readonly allowVirtual?: boolean;
  /** How long a reader may take for one answer, in milliseconds. A card itself needs at most some tens. */
  readonly patience?: number;
  /** What a card's handler threw. */
  onBug(error: unknown): void;
}

interface Held {
  info: ReaderInfo;
  readonly seat: Seat;
  /** What the driver says, and what the dialogue adds to it. */
  driverReason: ReaderFault | null;
  isReading: boolean;
  isSilent: boolean;
}

const PATIENCE = 1_000;

/** Starts the drivers at once and waits for none. */
export function createReaders({ drivers, timers, now, allowVirtual = false, patience = PATIENCE, onBug }: ReadersDeps): Readers {
  const kinds = new Map(drivers.map(({ kind }): [string, DriverInfo] => [kind, { kind, state: 'starting', reason: null }]));
  const readers = new Map<string, Held>();
  const listeners = new Set<(view: ReadersView) => void>();
  let handler: CardHandler | undefined;
  let isClosed = false;

  const view = (): ReadersView => ({ drivers: [...kinds.values()], readers: [...readers.values()].map(({ info }) => info) });
  function tell(): void {
    const current = view();
    for (const listener of listeners) listener(current);
  }

  function refresh(held: Held): void {
    const reason = held.driverReason ?? (held.isSilent ? 'reader_silent' : null);
    const state = held.isReading ? 'reading' : 'ready';
    const info: ReaderInfo = { ...held.info, state: reason ? 'error' : state, reason };
    if (info.state === held.info.state && info.reason === held.info.reason) return;
    held.info = info;
    tell();
  }

  function hold({ id, name, isVirtual, reason }: DriverReader, kind: ReaderDriver['kind']): Held {
    const held: Held = {
      info: { id, name, kind, state: 'starting', reason: null },
      driverReason: isVirtual && !allowVirtual ? 'virtual_refused' : reason,
      isReading: false,
      isSilent: false,
      seat: createSeat({
        reader: { id, name, kind }, timers, now, patience, onBug,
        handler: () => (isClosed ? undefined : handler),
        onState(state) {
          held.isReading = state === 'reading';
          // Whether it still answers shows with the next card.
          held.isSilent = state === 'silent' || (state === 'idle' && held.isSilent);
          refresh(held);
        },
      }),
    };
    return held;
  }

  function hostOf(kind: ReaderDriver['kind']): DriverHost {
    return {
      kindChanged(state, reason) {
        if (isClosed) return;
        kinds.set(kind, { kind, state, reason });
        tell();
      },
      readerChanged(reader) {
        if (isClosed) return;
        const known = readers.get(reader.id);
        const held = known ?? hold(reader, kind);
        if (known) known.driverReason = reader.isVirtual && !allowVirtual ? 'virtual_refused' : reader.reason;
        readers.set(reader.id, held);
        refresh(held);
      },
      readerGone(id) {
        const held = readers.get(id);
        if (!held) return;
        readers.delete(id);
        held.seat.leave('reader_lost');
        tell();
      },
      cardArrived(id, connect) {
        const held = readers.get(id);
        if (!isClosed && held && held.driverReason === null) held.seat.arrive(connect);
      },
      cardLeft: (id) => readers.get(id)?.seat.leave('card_left'),
    };
  }

  for (const driver of drivers) driver.start(hostOf(driver.kind));
  return {
    view,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onCard(next) {
      if (handler) throw new Error('There is a handler for cards already.');
      // A function of its own, so that the same one registered again is another.
      const registered: CardHandler = (channel) => next(channel);
      handler = registered;
      for (const { seat } of readers.values()) seat.offer();
      return () => {
        if (handler === registered) handler = undefined;
      };
    },
    async close() {
      isClosed = true;
      listeners.clear();
      const seats = [...readers.values()].map(({ seat }) => seat);
      for (const seat of seats) seat.leave('reader_lost');
      // A handler that does not come to its end is not waited for: its channel is dead.
      await Promise.all(seats.map((seat) => Promise.race([seat.settled(), wait(timers, patience)])));
      await Promise.all(drivers.map((driver) => driver.close()));
      readers.clear();
    },
  };
}
