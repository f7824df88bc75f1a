/** What the core may ask this process to tell: parsed, because the core reads what other people write, and told in a few fixed words. */
import { z } from 'zod';
import { idSchema } from '#domain/ids.ts';
import { nameSchema } from '#domain/text.ts';
import type { Notice } from '#main/shell.ts';
import { PAGES_ORIGIN } from './address.ts';

const noticeSchema: z.ZodType<Notice> = z.strictObject({
  kind: z.literal('iou'),
  ledger: idSchema,
  iou: idSchema,
  mine: z.enum(['lender', 'borrower']),
  other: nameSchema,
  reminder: z.union([z.literal(7), z.literal(1), z.literal(0)]),
  past: z.boolean(),
  language: z.enum(['en', 'zh-CN']),
});

/** Undefined for anything else that comes from the core. */
export const readNotice = (message: unknown): Notice | undefined => noticeSchema.safeParse(message).data;

/** No amount and no purpose: it may stand on a locked screen. */
export function noticeToWords({ other, reminder, past, language }: Notice): { title: string; body: string } {
  if (language === 'zh-CN') return { title: `与${other}的借条`, body: past ? '已过到期日' : { 7: '一周内到期', 1: '明天到期', 0: '今天到期' }[reminder] };
  return { title: `IOU with ${other}`, body: past ? 'The due date has passed' : { 7: 'Due within a week', 1: 'Due tomorrow', 0: 'Due today' }[reminder] };
}

/** Where a click on it leads. */
export const noticeToPage = ({ ledger, iou }: Notice): string => `${PAGES_ORIGIN}/#/ious/${ledger}/${iou}`;
