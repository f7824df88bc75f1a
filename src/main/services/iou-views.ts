/** How an IOU is shown to the one at this device. */
import type { IouPartyView, IouRowView, IouStepView, IouView } from '#contract/ious-views.ts';
import type { LocalDate } from '#domain/date.ts';
import { daysBetween, isOwed } from '#domain/iou-due.ts';
import { refuseMove, roleOf, type IouRole } from '#domain/iou-rules.ts';
import type { IouParty } from '#domain/iou.ts';
import type { KnownIou } from './iou-book.ts';

export interface Beholder {
  root: string | null;
  /** By this device's calendar. */
  today: LocalDate;
  nameOf(root: string, otherwise: string): string;
}

const toParty = ({ root, nameOf }: Beholder, party: IouParty): IouPartyView => ({ ...party, calledName: nameOf(party.root, party.name), me: party.root === root });

export function iouToRow({ ledger, thing, iou, waiting }: KnownIou, me: Beholder): IouRowView {
  const { terms, state, repaid, repayments } = iou;
  const mine = roleOf(terms, me.root);
  const isOpen = (action: 'sign' | 'decline' | 'void'): boolean => refuseMove(iou, mine, { action }) === null;
  const mayRepay = refuseMove(iou, mine, { action: 'repay', nonce: '', amount: 1, date: me.today }) === null;
  const mayConfirm = repayments.some(({ hash }) => refuseMove(iou, mine, { action: 'confirm', repayment: hash }) === null);
  const { amount, currency, purpose, lent, due } = terms;
  return {
    ledger, iou: thing, mine, amount, repaid, currency, purpose, lent, due, state,
    lender: toParty(me, terms.lender),
    borrower: toParty(me, terms.borrower),
    daysLeft: isOwed(state) ? daysBetween(me.today, due) : null,
    may: [...(['sign', 'decline'] as const).filter(isOpen), ...(mayRepay ? ['repay' as const] : []), ...(mayConfirm ? ['confirm' as const] : []), ...(isOpen('void') ? ['void' as const] : [])],
    waiting: waiting.size > 0,
    at: iou.steps.reduce((latest, { body }) => Math.max(latest, body.at), 0),
  };
}

export function iouToView(known: KnownIou, me: Beholder): IouView {
  const { iou, waiting } = known;
  const { terms, steps, repayments, refused, voided } = iou;
  const mine = roleOf(terms, me.root);
  const signedAt = (role: IouRole): number | null => steps.find(({ body }) => body.action === 'sign' && body.signer.root === terms[role].root)?.body.at ?? null;
  const amountOf = (repayment: string): number | null => repayments.find(({ hash }) => hash === repayment)?.amount ?? null;
  const history = steps.flatMap(({ hash, body }): IouStepView[] => {
    const role = roleOf(terms, body.signer.root);
    const amount = body.action === 'repay' ? body.amount : body.action === 'confirm' ? amountOf(body.repayment) : null;
    return role === null ? [] : [{ step: hash, action: body.action, role, at: body.at, amount, waiting: waiting.has(hash) }];
  });
  return {
    ...iouToRow(known, me),
    hash: steps[0]?.body.iou ?? '',
    signedAt: { lender: signedAt('lender'), borrower: signedAt('borrower') },
    voided,
    repayments: repayments.map(({ hash, amount, date, confirmed }) => ({
      repayment: hash, amount, date, confirmedAt: confirmed?.at ?? null, mayConfirm: refuseMove(iou, mine, { action: 'confirm', repayment: hash }) === null,
    })),
    history,
    refused: refused.map(({ step, reason }) => ({ step: step.hash, action: step.body.action, reason })),
  };
}
