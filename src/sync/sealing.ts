import { failure, success, type Result } from '#domain/result.ts';
import type { LedgerAccess } from './access.ts';
import { sealFrame } from './seal.ts';
import type { Store, StoreErrorCode } from './store.ts';

/** Bytes of changes that go into one frame, before they are packed. */
export const FRAME_CONTENT_BYTES = 200_000;

export interface SealNextDeps {
  readonly access: LedgerAccess;
  readonly store: Pick<Store, 'nextUnsealed' | 'commitSealed'>;
  randomBytes(length: number): Uint8Array;
}

/**
 * Seals the changes that have waited longest, as many as go into a frame; exactly that frame is sent from then on. False
 * where none wait. One at a time in a ledger, or a change would be sealed twice.
 */
export async function sealNext({ access, store, randomBytes }: SealNextDeps): Promise<Result<boolean, StoreErrorCode | 'frame_too_large' | 'key_missing'>> {
  const unsealed = await store.nextUnsealed(access.ledger, FRAME_CONTENT_BYTES);
  if (!unsealed.ok) return unsealed;
  if (!unsealed.value) return success(false);
  const { document, changes } = unsealed.value;
  const frame = await sealFrame({ access, randomBytes }, document, changes.map(({ bytes }) => bytes));
  if (!frame.ok) return failure(frame.code === 'too_large' ? 'frame_too_large' : frame.code);
  const stored = await store.commitSealed(access.ledger, frame.value, changes.map(({ hash }) => hash), access.membership.number);
  return stored.ok ? success(true) : stored;
}
