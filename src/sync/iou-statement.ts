/** What is hashed and signed of an IOU: deterministic CBOR, each kind under a name of its own. docs/iou-format.md says the same for strangers. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { IouHash, IouTerms, UnsignedStep } from '#domain/iou.ts';
import { bytesToHex, hexToBytes } from './protocol/bytes.ts';
import { encodeCbor } from './protocol/cbor.ts';

const hashOf = (bytes: Uint8Array): IouHash => bytesToHex(sha256(bytes));

/** `['tallystick iou 1', ledger, nonce, lender's root, lender's name, borrower's root, borrower's name, amount, currency, purpose, lent, due]`. */
export const termsToBytes = ({ ledger, nonce, lender, borrower, amount, currency, purpose, lent, due }: IouTerms): Uint8Array =>
  encodeCbor([
    'tallystick iou 1', hexToBytes(ledger), hexToBytes(nonce), hexToBytes(lender.root), lender.name, hexToBytes(borrower.root), borrower.name,
    amount, currency, purpose, lent, due,
  ]);

/** The hash of an IOU: SHA-256 over its terms. */
export const termsToIou = (terms: IouTerms): IouHash => hashOf(termsToBytes(terms));

/** What only some steps say; the terms stand behind the hash that every step names. */
function detailsOf(step: UnsignedStep): readonly unknown[] {
  switch (step.action) {
    case 'repay': return [hexToBytes(step.nonce), step.amount, step.date];
    case 'confirm': return [hexToBytes(step.repayment)];
    default: return [];
  }
}

/** `['tallystick iou step 1', iou, action, details, [hashes of the steps before, sorted], at, root, device]`. */
export const stepToSignedBytes = (step: UnsignedStep): Uint8Array =>
  encodeCbor([
    'tallystick iou step 1', hexToBytes(step.iou), step.action, detailsOf(step), step.after.toSorted().map(hexToBytes), step.at,
    hexToBytes(step.signer.root), hexToBytes(step.signer.device),
  ]);

/** The hash of a step: SHA-256 over what is signed. */
export const stepToHash = (step: UnsignedStep): IouHash => hashOf(stepToSignedBytes(step));
