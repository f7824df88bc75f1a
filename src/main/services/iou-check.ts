/** Whether a step of an IOU is what it says: its hash, its signature, and whose device it came from. */
import { createPublicKey, verify } from 'node:crypto';
import type { LedgerId } from '#domain/ids.ts';
import type { IouBody } from '#domain/iou.ts';
import type { IouStep, IouUnsound } from '#domain/iou-rules.ts';
import type { RevisionOf } from '#domain/revision.ts';
import type { LedgerAccess } from '#sync/access.ts';
import { deviceToSignedBytes } from '#sync/identity/certificate.ts';
import { stepToHash, stepToSignedBytes, termsToIou } from '#sync/iou-statement.ts';

/** A step with the revision that brought it. */
export interface BroughtStep extends IouStep {
  readonly revision: RevisionOf<'iou'>;
}
export const revisionToStep = (revision: RevisionOf<'iou'>): BroughtStep => ({ hash: stepToHash(revision.body), body: revision.body, revision });

/** A view is read without waiting, so this is Node's own check and not WebCrypto's. False, never an error, for a key that is none. */
function isSigned(key: string, signature: string, bytes: Uint8Array): boolean {
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key, 'hex').toString('base64url') }, format: 'jwk' });
    return verify(null, bytes, publicKey, Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}

function isSignatureRight(body: IouBody): boolean {
  const { root, device, agreement, certificate } = body.signer;
  return isSigned(root, certificate, deviceToSignedBytes(root, { device, agreement })) && isSigned(device, body.signature, stepToSignedBytes(body));
}

/** More than anybody has at hand at a time; then the signatures are checked once more. */
const MAXIMUM_REMEMBERED = 20_000;

export interface IouCheck {
  /**
   * Null where nothing is wrong with a step. It has to come from a device that the membership knows as the signer's:
   * then what the membership refuses of a device that was taken out does not come in through somebody else's hands.
   */
  findFault(ledger: LedgerId, access: Pick<LedgerAccess, 'pseudonyms' | 'cards'> | undefined, step: BroughtStep): IouUnsound | null;
}

export function createIouCheck(): IouCheck {
  /** By revision, whose id says all that is in it. */
  const known = new Map<string, boolean>();
  function remember({ revision, body }: BroughtStep): boolean {
    const isRight = known.get(revision.id) ?? isSignatureRight(body);
    if (known.size >= MAXIMUM_REMEMBERED) known.clear();
    known.set(revision.id, isRight);
    return isRight;
  }
  return {
    findFault(ledger, access, step) {
      const { body, revision } = step;
      if (body.action === 'write' && (body.terms.ledger !== ledger || termsToIou(body.terms) !== body.iou)) return 'terms_altered';
      const key = access?.pseudonyms.get(revision.device);
      const card = key === undefined ? undefined : access?.cards.get(key);
      if (card?.root !== body.signer.root || card.device !== body.signer.device) return 'device_foreign';
      return remember(step) ? null : 'signature_wrong';
    },
  };
}
