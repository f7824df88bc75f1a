/** The readers of a real machine. */
import type { Timers } from './driver.ts';
import { openNodeHid } from './drivers/hid.ts';
import { createNeo2Driver } from './drivers/neo2.ts';
import { createPcscDriver } from './drivers/pcsc.ts';
import type { Readers } from './reader.ts';
import { createReaders } from './readers.ts';

export interface OpenReadersDeps {
  readonly timers: Timers;
  /** Milliseconds that never run backwards, as of `performance.now`. */
  now(): number;
  /** What a card's handler threw. */
  onBug(error: unknown): void;
  /** For tests only: readers that are only software. */
  readonly allowVirtual?: boolean;
}

/** Looks for readers of every supported kind; nothing is waited for, and what is missing on this machine is in the view. */
export const openReaders = (deps: OpenReadersDeps): Readers =>
  createReaders({ ...deps, drivers: [createPcscDriver(deps), createNeo2Driver({ timers: deps.timers, openHid: openNodeHid })] });
