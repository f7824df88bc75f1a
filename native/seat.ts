/** One reader's cards, in order: connects, lets the handler work, lets go, and only then turns to what came meanwhile. */
import type { Connect, CardLink, Timers } from './driver.ts';
import { failed, type Outcome } from './outcome.ts';
import type { CardChannel, CardHandler, ChannelFault } from './reader.ts';

/** A card counts again after it was away for so long, in milliseconds. */
export const AWAY = 1_500;

export interface SeatDeps {
  readonly reader: CardChannel['reader'];
  readonly timers: Timers;
  /** Milliseconds that never run backwards. */
  now(): number;
  /** A reader that takes longer to answer, in milliseconds, is silent. */
  readonly patience: number;
  handler(): CardHandler | undefined;
  /** It works with a card, or no more; `silent` where it stopped answering. */
  onState(state: 'idle' | 'reading' | 'silent'): void;
  onBug(error: unknown): void;
}

export interface Seat {
  arrive(connect: Connect): void;
  leave(fault: ChannelFault): void;
  /** Another handler is there: it is offered what lies here. */
  offer(): void;
  /** Resolves when nothing goes on any more. */
  settled(): Promise<void>;
}

interface Presence {
  readonly connect: Connect;
  readonly left: AbortController;
  /** Why its commands fail after it left. */
  fault: ChannelFault;
  leftAt: number | undefined;
  /** The handler it was offered to, so that it is not offered twice. */
  offeredTo: CardHandler | undefined;
  isDone: boolean;
}

export function createSeat({ reader, timers, now, patience, handler, onState, onBug }: SeatDeps): Seat {
  let card: Presence | undefined;
  let queue = Promise.resolve();
  let quietUntil = Number.NEGATIVE_INFINITY;

  /** The value, or `reader_silent` where it does not come in time. What comes later is let go. */
  async function within<T>(work: Promise<Outcome<T, ChannelFault>>, late: (value: T) => void): Promise<Outcome<T, ChannelFault>> {
    let isLate = false;
    let cancel = (): void => undefined;
    const patienceEnds = new Promise<Outcome<T, ChannelFault>>((resolve) => {
      cancel = timers.after(patience, () => {
        isLate = true;
        resolve(failed('reader_silent'));
      });
    });
    const watched = work.then((outcome) => {
      if (isLate && outcome.ok) late(outcome.value);
      return outcome;
    });
    const outcome = await Promise.race([watched, patienceEnds]);
    cancel();
    if (!outcome.ok && outcome.code === 'reader_silent') onState('silent');
    return outcome;
  }

  /** A dialogue with the card; the second function ends it, and every command after that is `cancelled`. */
  function openChannel(presence: Presence, link: Outcome<CardLink, ChannelFault>): [CardChannel, () => void] {
    let fault: ChannelFault | undefined = link.ok ? undefined : link.code;
    async function transmit(command: Uint8Array, signal?: AbortSignal): Promise<Outcome<Uint8Array, ChannelFault>> {
      if (signal?.aborted) fault ??= 'cancelled';
      if (presence.left.signal.aborted) fault ??= presence.fault;
      if (fault || !link.ok) return failed(fault ?? 'cancelled');
      const ends = [signal, presence.left.signal].filter((one) => one !== undefined);
      const answer = await Promise.race([within(link.value.transmit(command), () => undefined), firstAborted(ends)]);
      if (answer === 'aborted') fault ??= presence.left.signal.aborted ? presence.fault : 'cancelled';
      else if (!answer.ok) fault ??= answer.code;
      return fault || answer === 'aborted' ? failed(fault ?? 'cancelled') : answer;
    }
    return [{ reader, transmit, left: presence.left.signal }, () => void (fault ??= 'cancelled')];
  }

  async function work(presence: Presence): Promise<void> {
    const current = handler();
    if (!current || presence !== card || presence.isDone || presence.offeredTo === current || presence.left.signal.aborted) return;
    if (now() < quietUntil) {
      // The reader lost it for a moment: it is the card that was there before.
      presence.isDone = true;
      return;
    }
    presence.offeredTo = current;
    onState('reading');
    const link = await within(presence.connect(), (late) => void late.close());
    const [channel, end] = openChannel(presence, link);
    try {
      presence.isDone = (await current(channel)) === 'done';
    } catch (error) {
      // Nobody knows how far it came: the card must not be charged again while it lies there.
      presence.isDone = true;
      onBug(error);
    }
    end();
    if (presence.isDone && presence.leftAt !== undefined) quietUntil = presence.leftAt + AWAY;
    try {
      if (link.ok) await within(link.value.close().then(() => ({ ok: true, value: undefined })), () => undefined);
    } finally {
      onState('idle');
    }
  }

  function offer(): void {
    const presence = card;
    if (presence) queue = queue.then(() => work(presence)).catch(onBug);
  }
  return {
    arrive(connect) {
      card = { connect, left: new AbortController(), fault: 'card_left', leftAt: undefined, offeredTo: undefined, isDone: false };
      offer();
    },
    leave(fault) {
      if (!card) return;
      card.fault = fault;
      card.leftAt = now();
      if (card.isDone) quietUntil = card.leftAt + AWAY;
      const { left } = card;
      card = undefined;
      left.abort();
    },
    offer,
    settled: () => queue,
  };
}

/** Resolves when one of the signals is aborted. */
function firstAborted(signals: readonly AbortSignal[]): Promise<'aborted'> {
  return new Promise((resolve) => {
    const any = AbortSignal.any([...signals]);
    if (any.aborted) resolve('aborted');
    else any.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

