/**
 * What the steps of an IOU come to. Every step is judged by its own past alone, the steps that it follows, so the verdict
 * on it is the same on every device, in whatever order the steps arrive; ADR 0021 says what becomes of steps that were
 * taken at the same time.
 */
import type { IouAction, IouBody, IouHash, IouMove, IouParty, IouTerms } from './iou.ts';

export type IouRole = 'lender' | 'borrower';
/** written: waits for the borrower. signed: waits for the lender. */
export type IouState = 'written' | 'signed' | 'effective' | 'partly' | 'repaid' | 'declined' | 'void';

/** A step under its hash, which is computed and never believed. */
export interface IouStep {
  readonly hash: IouHash;
  readonly body: IouBody;
}

/** Why a step counts for nothing. The first three need keys, so the caller finds them. */
export type IouUnsound = 'signature_wrong' | 'terms_altered' | 'device_foreign';
export type IouRefusal = IouUnsound | 'person_wrong' | 'order_wrong' | 'amount_too_large' | 'follows_refused' | 'line_too_long';

export interface Repayment {
  readonly hash: IouHash;
  /** Minor units. */
  readonly amount: number;
  readonly date: string;
  readonly at: number;
  /** The lender's word for it; null until it is given. Only then it counts. */
  readonly confirmed: { readonly hash: IouHash; readonly at: number } | null;
}

/** How things stand after some steps. */
export interface IouStanding {
  readonly terms: IouTerms;
  readonly state: IouState;
  /** Minor units that the lender has confirmed; never more than the amount. */
  readonly repaid: number;
  readonly repayments: readonly Repayment[];
  /** Who has signed, and who wants it void. */
  readonly signed: readonly IouRole[];
  readonly voided: readonly IouRole[];
}

export interface Iou extends IouStanding {
  /** Steps that count, each after those it follows. */
  readonly steps: readonly IouStep[];
  readonly refused: readonly { readonly step: IouStep; readonly reason: IouRefusal }[];
  /** How many follow steps that are not here. */
  readonly waiting: number;
  /** What the next step follows. */
  readonly heads: readonly IouHash[];
}

/** So many steps can come before one: more would only be a way to keep others busy. */
export const MAXIMUM_LINE = 500;
const MAXIMUM_HEADS = 64;

export const roleOf = ({ lender, borrower }: Record<IouRole, Pick<IouParty, 'root'>>, root: string | null): IouRole | null =>
  root === lender.root ? 'lender' : root === borrower.root ? 'borrower' : null;

interface Counted extends IouStep {
  readonly depth: number;
}

/** A fixed order: what others rest on first, then by hash. */
const byDepth = (a: Counted, b: Counted): number => a.depth - b.depth || (a.hash < b.hash ? -1 : 1);

/** What a set of steps comes to, each of which may stand where it stands; null without a first one. */
function sumUp(steps: Iterable<Counted>): IouStanding | null {
  const inOrder = [...steps].toSorted(byDepth);
  const first = inOrder.flatMap(({ body }) => (body.action === 'write' ? body : []))[0];
  if (!first) return null;
  const { terms } = first;
  const rolesThat = (action: IouAction): IouRole[] =>
    (['borrower', 'lender'] as const).filter((role) => inOrder.some(({ body }) => body.action === action && body.signer.root === terms[role].root));
  const [signed, voided] = [rolesThat('sign'), rolesThat('void')];
  const confirmed = new Map<IouHash, { hash: IouHash; at: number }>();
  const amounts = new Map(inOrder.flatMap(({ hash, body }) => (body.action === 'repay' ? [[hash, body.amount] as const] : [])));
  let repaid = 0;
  for (const { hash, body } of inOrder) {
    if (body.action !== 'confirm' || confirmed.has(body.repayment)) continue;
    const amount = amounts.get(body.repayment) ?? Infinity;
    // Two devices of the lender may each have confirmed the last one that fits.
    if (repaid + amount > terms.amount) continue;
    confirmed.set(body.repayment, { hash, at: body.at });
    repaid += amount;
  }
  const repayments = inOrder.flatMap(({ hash, body }): Repayment[] =>
    body.action === 'repay' ? [{ hash, amount: body.amount, date: body.date, at: body.at, confirmed: confirmed.get(hash) ?? null }] : [],
  );
  function stateNow(): IouState {
    if (voided.length === 2) return 'void';
    if (signed.length === 2) return repaid === terms.amount ? 'repaid' : repaid > 0 ? 'partly' : 'effective';
    if (rolesThat('decline').length > 0) return 'declined';
    return signed.length > 0 ? 'signed' : 'written';
  }
  return { terms, state: stateNow(), repaid, repayments, signed, voided };
}

/** Why somebody may not make this move now; null where they may. This is the whole state machine. */
export function refuseMove(standing: IouStanding | null, role: IouRole | null, move: IouMove): IouRefusal | null {
  if (!standing) return move.action === 'write' ? (role === null ? 'person_wrong' : null) : 'order_wrong';
  if (role === null) return 'person_wrong';
  const { state, terms, repaid, repayments, voided } = standing;
  const isOwed = state === 'effective' || state === 'partly';
  const asked: IouRole | null = state === 'written' ? 'borrower' : state === 'signed' ? 'lender' : null;
  switch (move.action) {
    case 'write':
      return 'order_wrong';
    case 'sign':
    case 'decline':
      return asked === null ? 'order_wrong' : role === asked ? null : 'person_wrong';
    case 'repay':
      if (!isOwed) return 'order_wrong';
      if (role !== 'borrower') return 'person_wrong';
      return repaid + move.amount > terms.amount ? 'amount_too_large' : null;
    case 'confirm': {
      const repayment = repayments.find(({ hash }) => hash === move.repayment);
      if (!isOwed || !repayment || repayment.confirmed) return 'order_wrong';
      if (role !== 'lender') return 'person_wrong';
      return repaid + repayment.amount > terms.amount ? 'amount_too_large' : null;
    }
    case 'void':
      return isOwed && !voided.includes(role) ? null : 'order_wrong';
    default:
      return move satisfies never;
  }
}

interface Judged extends Counted {
  readonly past: ReadonlyMap<IouHash, Counted>;
}

/** By the terms of those it follows, or its own. */
function judge(body: IouBody, past: ReadonlyMap<IouHash, Counted>): IouRefusal | null {
  if (past.size > MAXIMUM_LINE) return 'line_too_long';
  const standing = sumUp(past.values());
  const terms = standing?.terms ?? (body.action === 'write' ? body.terms : null);
  return refuseMove(standing, terms && roleOf(terms, body.signer.root), body);
}

/**
 * All steps of one IOU that are here, put together; null as long as there is no first one that counts. `findFault` says
 * whether a step's own signature and hash hold, which needs no other step.
 */
export function resolveIou(given: readonly IouStep[], findFault: (step: IouStep) => IouUnsound | null): Iou | null {
  // No two sets of terms begin with the same half of a hash, unless somebody spends 2^64 of them to find such.
  const [iou] = given.flatMap((step) => (step.body.action === 'write' && findFault(step) === null ? step.body.iou : [])).toSorted();
  const faultOf = (step: IouStep): IouUnsound | null => (step.body.iou === iou ? findFault(step) : 'terms_altered');
  // The signature is no part of the hash: what bears a wrong one must not stand before the same step with the right one.
  const byHash = new Map([...given.filter((step) => faultOf(step) !== null), ...given.filter((step) => faultOf(step) === null)].map((step) => [step.hash, step]));
  const counted = new Map<IouHash, Judged>();
  const refused = new Map<IouHash, { step: IouStep; reason: IouRefusal }>();
  const missing = new Map<IouHash, number>();
  const following = Map.groupBy([...byHash.values()].flatMap(({ hash, body }) => [...new Set(body.after)].map((before) => ({ before, hash }))), ({ before }) => before);
  for (const { hash, body } of byHash.values()) missing.set(hash, new Set(body.after).size);
  const open = [...byHash.values()].filter(({ hash }) => missing.get(hash) === 0);
  for (let step = open.pop(); step; step = open.pop()) {
    const { hash, body } = step;
    const before = body.after.flatMap((one) => counted.get(one) ?? []);
    const past = new Map(before.flatMap((one) => [...one.past, [one.hash, one] as const]));
    const isSpoilt = body.after.some((one) => refused.has(one));
    const reason = faultOf(step) ?? (isSpoilt ? 'follows_refused' : judge(body, past));
    if (reason === null) counted.set(hash, { hash, body, past, depth: before.reduce((deepest, { depth }) => Math.max(deepest, depth + 1), 0) });
    else refused.set(hash, { step, reason });
    for (const next of following.get(hash) ?? []) {
      const left = (missing.get(next.hash) ?? 0) - 1;
      missing.set(next.hash, left);
      const after = byHash.get(next.hash);
      if (left === 0 && after) open.push(after);
    }
  }
  const steps = [...counted.values()].toSorted(byDepth);
  const standing = sumUp(steps);
  if (!standing) return null;
  const followed = new Set(steps.flatMap(({ body }) => body.after));
  return {
    ...standing,
    steps: steps.map(({ hash, body }) => ({ hash, body })),
    refused: [...refused.values()].toSorted((a, b) => (a.step.hash < b.step.hash ? -1 : 1)),
    waiting: byHash.size - counted.size - refused.size,
    heads: steps.flatMap(({ hash }) => (followed.has(hash) ? [] : [hash])).slice(-MAXIMUM_HEADS),
  };
}
