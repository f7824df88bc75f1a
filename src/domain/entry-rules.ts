import type { EntryBody, EntryDraft, Portion } from './entry.ts';
import type { EntryId, PersonId } from './ids.ts';
import { failure, success, type Failure, type Result } from './result.ts';
import { computeShares, type SplitErrorCode } from './split.ts';

export type EntryErrorCode =
  | SplitErrorCode | 'amount_zero' | 'payers_empty' | 'payers_sum_differs'
  | 'transfer_needs_one_payer' | 'transfer_needs_one_recipient' | 'transfer_to_self';

const sumOf = (portions: readonly Portion[]): number => portions.reduce((sum, { amount }) => sum + amount, 0);
const hasTwice = (parts: readonly { person: PersonId }[]): boolean => new Set(parts.map(({ person }) => person)).size < parts.length;

/** Whether an entry moves money from one person to one other, rather than being spent or earned. */
export const isTransfer = ({ kind }: Pick<EntryBody, 'kind'>): boolean => kind === 'transfer' || kind === 'settlement';

/** The rules that hold for every entry, whoever wrote it; `recipients` are those the amount is divided among. */
function findFault(
  body: Pick<EntryBody, 'kind' | 'amount' | 'payers'>,
  recipients: readonly { person: PersonId }[],
): Failure<EntryErrorCode> | undefined {
  const { amount, payers } = body;
  if (amount === 0) return failure('amount_zero');
  if (payers.length === 0) return failure('payers_empty');
  if (hasTwice(payers) || hasTwice(recipients)) return failure('person_twice');
  if (payers.some((payer) => payer.amount < 0)) return failure('payers_sum_differs', { difference: 0 });
  const paid = sumOf(payers);
  if (paid !== amount) return failure('payers_sum_differs', { difference: amount - paid });
  if (!isTransfer(body)) return undefined;
  if (payers.length > 1) return failure('transfer_needs_one_payer');
  if (recipients.length !== 1) return failure('transfer_needs_one_recipient');
  return payers[0]?.person === recipients[0]?.person ? failure('transfer_to_self') : undefined;
}

/**
 * The entry a draft makes: checked, and with the shares computed. `entry` is its id, which decides by lot who bears odd
 * units. Payers who paid nothing are left out. `difference` in the details: minor units missing (negative: too many).
 */
export function draftToBody(draft: EntryDraft, entry: EntryId, state: EntryBody['state'] = 'active'): Result<EntryBody, EntryErrorCode> {
  const payers = draft.payers.filter(({ amount }) => amount !== 0);
  const fault = findFault({ ...draft, payers: payers.length > 0 ? payers : draft.payers }, draft.split.parts);
  if (fault) return fault;
  const computed = computeShares({ amount: draft.amount, split: draft.split, seed: entry });
  if (!computed.ok) return computed;
  return success({ ...draft, payers, shares: computed.value.shares, state });
}

/**
 * Whether a body from another device or an import may enter the books. It has passed `entryBodySchema`. The shares need
 * not be those we would compute (an older rounding rule, an import), but must sum to the amount.
 */
export function checkBody(body: EntryBody): Result<void, EntryErrorCode> {
  const fault = findFault(body, body.shares);
  if (fault) return fault;
  if (hasTwice(body.split.parts)) return failure('person_twice');
  if (body.shares.some(({ amount }) => amount < 0)) return failure('split_part_negative');
  const shared = sumOf(body.shares);
  return shared === body.amount ? success(undefined) : failure('split_sum_differs', { difference: body.amount - shared });
}

/**
 * What to put into the form to edit an entry. Where the split would no longer give the shares that are stored, they
 * become an exact split: changing a description must not move a cent.
 */
export function bodyToDraft(body: EntryBody, entry: EntryId): EntryDraft {
  const { shares, state: _, ...draft } = body;
  const computed = computeShares({ amount: body.amount, split: body.split, seed: entry });
  const stored = new Map(shares.map(({ person, amount }) => [person, amount]));
  const isSame =
    computed.ok &&
    computed.value.shares.length === shares.length &&
    computed.value.shares.every(({ person, amount }) => stored.get(person) === amount);
  if (isSame) return draft;
  return { ...draft, split: { mode: 'exact', parts: shares.map(({ person, amount }) => ({ person, value: amount })) } };
}
