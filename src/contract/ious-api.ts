/** The operations about IOUs: part of the contract (api.ts). */
import { z } from 'zod';
import { localDateSchema } from '#domain/date.ts';
import { idSchema } from '#domain/ids.ts';
import { iouAmountSchema, iouHashSchema, purposeSchema } from '#domain/iou.ts';
import { currencySchema } from '#domain/money.ts';
import { rootSchema } from '#domain/personal.ts';
import type * as views from './ious-views.ts';
import { call, watch } from './operation.ts';

const nothing = z.strictObject({});
const iou = { ledger: idSchema, iou: idSchema };

export const iousApi = {
  /** All that I am lender or borrower of, or can see; those where I am asked first. */
  'ious.list': watch<views.IouRowView[]>()(nothing),
  /** Null where there is no such IOU. */
  'ious.get': watch<views.IouView | null>()(z.strictObject(iou)),
  /** A draft, which nobody has signed yet. The caller makes the nonce, so that a repeated call adds nothing. Both have to be members of the ledger who may write in it. */
  'ious.write': call<{ iou: string }>()(
    z.strictObject({
      ledger: idSchema,
      nonce: idSchema,
      /** The other one, and what I am. */
      other: rootSchema,
      mine: z.enum(['lender', 'borrower']),
      amount: iouAmountSchema,
      currency: currencySchema,
      purpose: purposeSchema,
      lent: localDateSchema,
      due: localDateSchema,
    }),
  ),
  /** I sign exactly these terms. */
  'ious.sign': call<null>()(z.strictObject(iou)),
  'ious.decline': call<null>()(z.strictObject(iou)),
  /** Recorded by the borrower; it counts when the lender confirms it. */
  'ious.repay': call<{ repayment: string }>()(z.strictObject({ ...iou, nonce: idSchema, amount: iouAmountSchema, date: localDateSchema })),
  'ious.confirm': call<null>()(z.strictObject({ ...iou, repayment: iouHashSchema })),
  /** I agree that it is void; it is when both do. */
  'ious.void': call<null>()(z.strictObject(iou)),
  'ious.export': call<views.IouExportView>()(z.strictObject(iou)),
  /** What is due within a week or was due. */
  'ious.reminders': watch<views.IouReminderView[]>()(nothing),
  /** This device has told its person of these. */
  'ious.told': call<null>()(z.strictObject({ reminders: z.array(z.strictObject({ ...iou, reminder: z.union([z.literal(7), z.literal(1), z.literal(0)]) })).max(200) })),
} as const;
