/**
 * Card readers as the rest of the app knows them, whatever they are plugged into.
 *
 * What every reader promises (`reader.suite.ts` holds all drivers to it):
 * 1. Readers come and go while the app runs; a reader that comes back under the same name has the same id.
 * 2. A service that stops is looked for again, with growing patience; nobody has to restart the app.
 * 3. A card is offered once for as long as it lies there, however often the reader finds it again.
 * 4. What happens at one reader happens in order: a card that leaves never overtakes its own arrival.
 * 5. No call throws and none waits for ever: a card that left, a reader that is gone or silent are answers.
 * 6. `close` has let go of every device when it resolves. A program that ends without it may hang or crash in a driver.
 * 7. A reader that is only software says nothing unless it was asked for: it could be anybody on the network.
 */
import type { Outcome } from './outcome.ts';

export type ReaderKind = 'pcsc' | 'neo2' | 'simulated';
export type ReaderState = 'starting' | 'ready' | 'reading' | 'error';

/**
 * Why a reader, or all readers of a kind, cannot be used now.
 * - `library_missing`: the operating system has no PC/SC library (Linux: libpcsclite1), or this platform no driver
 * - `service_absent`: the smart card service does not run or stopped; it is looked for again
 * - `permission_denied`: this user may not open the reader (Linux: the udev rule, or polkit for PC/SC)
 * - `reader_busy`: another program keeps the reader to itself
 * - `reader_silent`: it did not answer in time; unplug it and plug it in again
 * - `reader_failed`: the driver refused for another reason
 * - `virtual_refused`: it is only software, and software was not asked for
 */
export type ReaderFault = 'library_missing' | 'service_absent' | 'permission_denied' | 'reader_busy' | 'reader_silent' | 'reader_failed' | 'virtual_refused';

/** One reader. `reason` stands where the state is `error`. */
export interface ReaderInfo {
  readonly id: string;
  readonly name: string;
  readonly kind: ReaderKind;
  readonly state: ReaderState;
  readonly reason: ReaderFault | null;
}

/** All readers of a kind. `off` with a reason is no failure of the app: it runs without. */
export interface DriverInfo {
  readonly kind: ReaderKind;
  readonly state: 'starting' | 'on' | 'off';
  readonly reason: ReaderFault | null;
}

export interface ReadersView {
  readonly drivers: readonly DriverInfo[];
  readonly readers: readonly ReaderInfo[];
}

/**
 * Why a command got no answer from the card.
 * - `card_left`: it was taken away before it answered
 * - `card_mute`: something lies there and does not answer: held badly, not made for this, or several at once
 * - `two_cards`: the reader says that there are several
 * - `card_in_use`: another program holds the card and did not let go
 * - `reader_lost`: the reader was unplugged, or its service stopped
 * - `reader_silent`: the reader did not answer in time
 * - `cancelled`: by the caller's signal, or because the dialogue was over
 */
export type ChannelFault = 'card_left' | 'card_mute' | 'two_cards' | 'card_in_use' | 'reader_lost' | 'reader_silent' | 'cancelled';

/** The card that lies there, for as long as its handler runs. */
export interface CardChannel {
  readonly reader: Pick<ReaderInfo, 'id' | 'name' | 'kind'>;
  /**
   * Sends one command (ISO 7816-4 APDU, short form) and answers the card's bytes, status word included. After any failure
   * every further one fails the same way.
   */
  transmit(command: Uint8Array, signal?: AbortSignal): Promise<Outcome<Uint8Array, ChannelFault>>;
  /** Aborted when the reader is gone, or says that the card is; some readers notice that only with the next command. */
  readonly left: AbortSignal;
}

/**
 * What is done with a card. `done`: this card was dealt with, and counts again only after it was away for 1.5 s. `again`:
 * it may be held there again at once, and is offered to the next handler even where it still lies there.
 */
export type CardHandler = (channel: CardChannel) => Promise<'done' | 'again'>;

export interface Readers {
  view(): ReadersView;
  /** Calls after every change of the view; answers a function that ends it. */
  onChange(listener: (view: ReadersView) => void): () => void;
  /**
   * Offers every card, one by one per reader (two readers may offer at the same time), until the returned function is
   * called. There is one handler at a time; a second one is a bug and throws. A card that already lies there is offered
   * too, unless it was `done`. Without a handler cards are left alone.
   */
  onCard(handler: CardHandler): () => void;
  close(): Promise<void>;
}
