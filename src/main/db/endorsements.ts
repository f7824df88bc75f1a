import type { Endorsement } from '#sync/store.ts';

const KEY_BYTES = 32;
const ENDORSEMENT_BYTES = KEY_BYTES + 64;

/** Endorsements as the store keeps them; null for what is no snapshot that was believed, which one may be by its author's word alone. */
export const endorsementsToBytes = (endorsements: readonly Endorsement[] | undefined): Buffer | null =>
  endorsements ? Buffer.concat(endorsements.flatMap(({ key, signature }) => [key, signature])) : null;

export function bytesToEndorsements(bytes: Uint8Array | null): Endorsement[] {
  const endorsements: Endorsement[] = [];
  for (let from = 0; from + ENDORSEMENT_BYTES <= (bytes?.length ?? 0); from += ENDORSEMENT_BYTES) {
    const piece = new Uint8Array((bytes ?? new Uint8Array()).subarray(from, from + ENDORSEMENT_BYTES));
    endorsements.push({ key: piece.slice(0, KEY_BYTES), signature: piece.slice(KEY_BYTES) });
  }
  return endorsements;
}
