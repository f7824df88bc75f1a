/** What a kind of reader brings, and what it tells the hub (`readers.ts`), which keeps the promises of `reader.ts`. */
import type { Outcome } from './outcome.ts';
import type { ChannelFault, ReaderFault, ReaderKind } from './reader.ts';

/** A connection to one card. Calls come one after the other. */
export interface CardLink {
  transmit(command: Uint8Array): Promise<Outcome<Uint8Array, ChannelFault>>;
  close(): Promise<void>;
}

export type Connect = () => Promise<Outcome<CardLink, ChannelFault>>;

export interface DriverReader {
  /** The same for the same reader, whenever and wherever it is plugged in again. */
  readonly id: string;
  readonly name: string;
  /** True for a reader that is only software. */
  readonly isVirtual: boolean;
  /** Why it cannot be used now; null where it can. */
  readonly reason: ReaderFault | null;
}

/** Where a driver tells what happens. All are cheap, never throw, and may be called after `close` without effect. */
export interface DriverHost {
  kindChanged(state: 'starting' | 'on' | 'off', reason: ReaderFault | null): void;
  /** A reader is there, or is otherwise than before. */
  readerChanged(reader: DriverReader): void;
  readerGone(id: string): void;
  /** A card came. The driver says so once, until it has said that the card left. */
  cardArrived(id: string, connect: Connect): void;
  cardLeft(id: string): void;
}

export interface ReaderDriver {
  readonly kind: ReaderKind;
  /** Begins to look for readers and returns at once. Whatever is missing is told, not thrown. */
  start(host: DriverHost): void;
  close(): Promise<void>;
}

/** Time that passes; the host lends it. */
export interface Timers {
  /** Runs a task after so many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, task: () => void): () => void;
}

export const wait = (timers: Timers, milliseconds: number): Promise<void> =>
  new Promise((resolve) => void timers.after(milliseconds, resolve));

/** Milliseconds before a service is looked for again: 250 at first, doubled with every failure, at most 4 s. */
export const patienceAfter = (failures: number): number => Math.min(4_000, 250 * 2 ** Math.min(failures, 10));
