/** Made-up changes and frames for the suites of the store. */
import type { LedgerId } from '#domain/ids.ts';
import type { Revision } from '#domain/revision.ts';
import { sampleEntry, sampleId as id } from './sample.ts';
import type { Cursor, FrameVerdict, ReceivedFrame, RefusalReason, Store, StoredChange, WaitingFrame } from './store.ts';

export interface OpenedStore {
  store: Store;
  /** Every revision the read model holds of a ledger, in any order. */
  revisions(ledger: LedgerId): Revision[] | Promise<Revision[]>;
  /** How many bytes are kept of each quarantined frame, oldest first, and how many it had. */
  quarantined(ledger: LedgerId): { kept: number; size: number }[];
  /** Closes and opens again what is on disk; a store without a disk answers with itself. */
  reopen(): Promise<OpenedStore>;
  close(): void | Promise<void>;
}

export const [A, B, DOCUMENT, OTHER] = [id('ledger a'), id('ledger b'), id('document'), id('other document')];
/** More bytes than a test has. */
export const MUCH = 1_000_000;
export const hash = (name: string): string => id(name) + id(`${name}, continued`);

export function sampleChange(name: string, deps: string[] = [], revisions: Revision[] = [sampleEntry(name)], document = DOCUMENT): StoredChange {
  return { document, hash: hash(name), deps: deps.map(hash), actor: id('device') + '0011223344556677', bytes: new TextEncoder().encode(name), revisions, record: null };
}
export const sampleFrame = (name: string, document = DOCUMENT): WaitingFrame => ({
  document, frame: id(`frame ${name}`), bytes: new TextEncoder().encode(`frame ${name}`),
});
export const received = (name: string, seq: number | null, verdict: FrameVerdict, document = DOCUMENT): ReceivedFrame => ({
  ...sampleFrame(name, document), seq, verdict,
});
/** As a frame brings changes whose header names record 1 of the membership. */
export const merged = (...changes: StoredChange[]): FrameVerdict => mergedAt(1, changes);
export const mergedAt = (record: number, changes: readonly StoredChange[], refused: Readonly<Record<string, RefusalReason>> = {}): FrameVerdict => ({
  state: 'merged', changes: changes.map((change) => ({ ...change, record })), refused: new Map(Object.entries(refused).map(([name, reason]) => [hash(name), reason])),
});
export const cursor = (name: string, seq: number, document = DOCUMENT): Cursor => ({ document, seq, frame: id(`frame ${name}`) });

export async function must<T>(result: Promise<{ ok: true; value: T } | { ok: false; code: string }>): Promise<T> {
  const settled = await result;
  if (!settled.ok) throw new Error(`the store failed: ${settled.code}`);
  return settled.value;
}
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
