import type { IdSource } from '#domain/ids.ts';
import type { Log } from './log.ts';
import type { Discover } from './nearby/discovery.ts';

/** Seals secrets so that they open for this user of this machine only. */
export interface Sealer {
  seal(bytes: Uint8Array): Uint8Array;
  /** Undefined for what was not sealed by it. */
  unseal(bytes: Uint8Array): Uint8Array | undefined;
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
  /** How other devices on the network are found, where the host may look for them. */
  readonly discover?: Discover;
}
