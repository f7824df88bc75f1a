/** The two keys that an invite's 32-byte seed stands for. */
import { openAgreementKey, openSigningKey, type AgreementKey, type SigningKey } from '#sync/keys.ts';
import { openDerivation } from './derive.ts';

export interface InviteKeys {
  /** Opens the ledger at the relay and signs the `join` record; its public key stands in the `invite` record. */
  readonly access: SigningKey;
  /** What the invite record's wrap is sealed to. */
  readonly agreement: AgreementKey;
}

/** Throws a RangeError for other than 32 bytes. */
export async function openInviteKeys(seed: Uint8Array): Promise<InviteKeys> {
  if (seed.length !== 32) throw new RangeError('a seed has 32 bytes');
  const derive = await openDerivation(seed);
  return { access: await openSigningKey(await derive('invite access', 32)), agreement: await openAgreementKey(await derive('invite agreement', 32)) };
}
