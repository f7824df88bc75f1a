import type { IdSource, Id, LedgerId } from '#domain/ids.ts';
import type { ReminderDays } from '#domain/iou-due.ts';
import type { IouRole } from '#domain/iou-rules.ts';
import type { Readers } from '#native/reader.ts';
import type { Log } from './log.ts';
import type { Discover } from './nearby/discovery.ts';

/** Seals secrets so that they open for this user of this machine only. */
export interface Sealer {
  seal(bytes: Uint8Array): Uint8Array;
  /** Undefined for what was not sealed by it. */
  unseal(bytes: Uint8Array): Uint8Array | undefined;
}

/** Something that a person is told outside of the window. No amounts: others may see the screen. */
export interface Notice {
  readonly kind: 'iou';
  readonly ledger: LedgerId;
  readonly iou: Id;
  readonly mine: IouRole;
  /** The other one's name. */
  readonly other: string;
  /** Days before it is due; `past`: it was due before today. */
  readonly reminder: ReminderDays;
  readonly past: boolean;
  readonly language: 'en' | 'zh-CN';
}

/** What a host lends the core. Time, randomness and the network come from here, so that a test can lend others. */
export interface Shell {
  /** Folder of the profile; made where there is none. */
  readonly profile: string;
  /** Milliseconds since 1970. */
  now(): number;
  readonly ids: IdSource;
  randomBytes(length: number): Uint8Array;
  readonly log: Log;
  /** How a connection to a relay is opened. */
  readonly webSocket: typeof WebSocket;
  /** Name proposed for this device, for instance the host name. */
  readonly deviceName: string;
  /** Another build of the better-sqlite3 addon, for a host with another Node than the one it was installed for. */
  readonly nativeBinding?: string;
  /** By the operating system's keychain, where the host has one that keeps anything secret. */
  readonly sealer?: Sealer;
  /** The card readers of this machine, where the host may use any. Answers at once; what it finds comes later. */
  readonly openReaders?: () => Readers;
  /** How other devices on the network are found, where the host may look for them. */
  readonly discover?: Discover;
  /** Tells by the operating system's own notifications, where the host has them; otherwise the screen tells. */
  notify?(notice: Notice): void;
}
