import type { QuarantineReason, ReceivedFrame } from './store.ts';

/** What the relay checks too before it takes a frame in. */
export const CHECKED_BY_RELAY: ReadonlySet<QuarantineReason> = new Set(['frame_malformed', 'signature_wrong', 'foreign_document']);

/** What is kept of a frame that no honest relay hands out: enough to see who made it. */
export const QUARANTINED_HEAD_BYTES = 4 * 1024;
/** What is kept of all quarantined frames of a ledger. Beyond it a frame is known by id, reason and number alone. */
export const MAXIMUM_QUARANTINED_BYTES = 16 * 1024 * 1024;

/** The bytes to keep of a frame, where so many bytes of others of its ledger are kept in quarantine. */
export function bytesToKeep({ bytes, verdict }: ReceivedFrame, quarantinedBytes: number): Uint8Array {
  if (verdict.state !== 'quarantined') return bytes;
  if (verdict.reason === 'before_joining') return new Uint8Array();
  const kept = CHECKED_BY_RELAY.has(verdict.reason) ? bytes.slice(0, QUARANTINED_HEAD_BYTES) : bytes;
  return quarantinedBytes + kept.length <= MAXIMUM_QUARANTINED_BYTES ? kept : new Uint8Array();
}
