/** An IOU: terms that never change, and signed steps that follow each other. What the steps come to, iou-rules.ts says. */
import { z } from 'zod';
import { localDateSchema } from './date.ts';
import { idSchema, type Id } from './ids.ts';
import { amountSchema, currencySchema } from './money.ts';
import { rootSchema } from './personal.ts';
import { lineSchema, nameSchema } from './text.ts';

const hexOf = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
/** SHA-256 as 64 hexadecimal digits: of an IOU over its terms, of a step over what is signed (docs/iou-format.md). */
export const iouHashSchema = hexOf(32);
export type IouHash = z.infer<typeof iouHashSchema>;

/** One of the two: who they are everywhere, and the name under which they stand in the document. */
export const iouPartySchema = z.strictObject({ root: rootSchema, name: nameSchema });
export type IouParty = z.infer<typeof iouPartySchema>;

/** Minor units, at least one. */
export const iouAmountSchema = amountSchema.refine((amount) => amount > 0, { message: 'amount_zero' });
/** What the money is for: one line, not empty. */
export const purposeSchema = lineSchema.refine((line) => line.trim() !== '', { message: 'name_empty' });

export const iouTermsSchema = z
  .strictObject({
    /** The ledger that it lives in: the same steps mean nothing in another one. */
    ledger: idSchema,
    /** Random, so that two loans on the same terms are two IOUs. */
    nonce: idSchema,
    lender: iouPartySchema,
    borrower: iouPartySchema,
    /** Minor units. */
    amount: iouAmountSchema,
    currency: currencySchema,
    purpose: purposeSchema,
    /** When the money changes hands, and when it is to be back. */
    lent: localDateSchema,
    due: localDateSchema,
  })
  .refine(({ lender, borrower }) => lender.root !== borrower.root, { message: 'transfer_to_self' })
  .refine(({ lent, due }) => lent <= due, { message: 'iou_due_before_lent' });
export type IouTerms = z.infer<typeof iouTermsSchema>;

/** The thing that the steps of an IOU are revisions of: the first half of its hash. */
export const iouToThing = (iou: IouHash): Id => iou.slice(0, 32);

/** Whose signature a step bears: the device's key, and the root's word that the device is that person's. */
export const iouSignerSchema = z.strictObject({ root: rootSchema, device: hexOf(32), agreement: hexOf(32), certificate: hexOf(64) });
export type IouSigner = z.infer<typeof iouSignerSchema>;

const head = {
  iou: iouHashSchema,
  /** Hashes of the steps that its author saw last; empty for the first. */
  after: z.array(iouHashSchema).max(64),
  /** Milliseconds since 1970 by the signer's clock: shown, never used to decide. */
  at: z.number().int().min(0).max(8.64e15),
  signer: iouSignerSchema,
  /** Ed25519, by the signer's device. */
  signature: hexOf(64),
};

/** One signed step. */
export const iouBodySchema = z.discriminatedUnion('action', [
  z.strictObject({ ...head, action: z.literal('write'), terms: iouTermsSchema }),
  z.strictObject({ ...head, action: z.literal('sign') }),
  z.strictObject({ ...head, action: z.literal('decline') }),
  z.strictObject({ ...head, action: z.literal('repay'), nonce: idSchema, amount: iouAmountSchema, date: localDateSchema }),
  /** `repayment`: the hash of the step that recorded it. */
  z.strictObject({ ...head, action: z.literal('confirm'), repayment: iouHashSchema }),
  z.strictObject({ ...head, action: z.literal('void') }),
]);
export type IouBody = z.infer<typeof iouBodySchema>;
export type IouAction = IouBody['action'];
type WithoutSignature<B> = B extends IouBody ? Omit<B, 'signature'> : never;
/** A step that is about to be signed. */
export type UnsignedStep = WithoutSignature<IouBody>;
type WithoutHead<B> = B extends IouBody ? Omit<B, keyof typeof head> : never;
/** What a step does, without who does it and when. */
export type IouMove = WithoutHead<IouBody>;
