import { parseAmount, parseSplitValue } from '#domain/amount.ts';
import type { LocalDate } from '#domain/date.ts';
import { entryDraftSchema, type EntryDraft, type Portion, type SplitPart } from '#domain/entry.ts';
import { draftToBody, isTransfer } from '#domain/entry-rules.ts';
import type { EntryId, PersonId } from '#domain/ids.ts';
import { currencyDecimals } from '#domain/money.ts';
import { computeShares } from '#domain/split.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { firstFault } from '#renderer/lib/faults.ts';
import { parseDateWords } from '#renderer/lib/date-words.ts';
import type { FormState } from './form-state.ts';

export type FormField = 'description' | 'amount' | 'date' | 'payers' | 'recipient' | 'split' | 'category' | 'note';

export interface FieldFault {
  code: ErrorCode;
  /** For sums: minor units (or hundredths of a percent) still missing; negative where there are too many. */
  difference?: number;
}

/** What a form says: everything the preview shows, and the draft where nothing is wrong. */
export interface FormReading {
  /** Minor units; undefined while the text is no amount. */
  amount: number | undefined;
  date: LocalDate | undefined;
  /** Per person in minor units, while the split can be computed. */
  shares: ReadonlyMap<PersonId, number>;
  odd: readonly { person: PersonId; units: number }[];
  faults: Partial<Record<FormField, FieldFault>>;
  /** Single fields of the split and of several payers whose text is no number. */
  partFaults: Readonly<Record<PersonId, ErrorCode>>;
  paidFaults: Readonly<Record<PersonId, ErrorCode>>;
  draft: EntryDraft | undefined;
}

const isBlank = (text: string | undefined): boolean => (text ?? '').trim() === '';

interface Numbers {
  values: { person: PersonId; value: number }[];
  faults: Record<PersonId, ErrorCode>;
}

function readNumbers(texts: Readonly<Record<PersonId, string>>, parse: (text: string) => ReturnType<typeof parseAmount>): Numbers {
  const numbers: Numbers = { values: [], faults: {} };
  for (const [person, text] of Object.entries(texts)) {
    if (isBlank(text)) continue;
    const value = parse(text);
    if (value.ok) numbers.values.push({ person, value: value.value });
    else numbers.faults[person] = value.code;
  }
  return numbers;
}

/** Reads the split's parts by its mode; see `splitPartSchema` for what `value` means. */
function readParts(form: FormState, decimals: number): { parts: SplitPart[]; faults: Record<PersonId, ErrorCode> } {
  const { mode, taking } = form;
  if (mode === 'equal') return { parts: taking.map((person) => ({ person, value: 1 })), faults: {} };
  const isMoney = mode === 'exact' || mode === 'adjustment';
  const { values, faults } = readNumbers(form.parts, isMoney ? (text) => parseAmount(text, decimals) : parseSplitValue);
  if (mode !== 'adjustment') return { parts: values.filter(({ value }) => value !== 0), faults };
  const added = new Map(values.map(({ person, value }) => [person, value]));
  return { parts: taking.map((person) => ({ person, value: added.get(person) ?? 0 })), faults };
}

function readPayers(form: FormState, amount: number, decimals: number): { payers: Portion[]; faults: Record<PersonId, ErrorCode> } {
  if (form.payer) return { payers: [{ person: form.payer, amount }], faults: {} };
  const { values, faults } = readNumbers(form.paid, (text) => parseAmount(text, decimals));
  return { payers: values.map(({ person, value }) => ({ person, amount: value })), faults };
}

/** Where a rule that an entry breaks is shown. */
const FIELD_OF: Partial<Record<ErrorCode, FormField>> = {
  amount_zero: 'amount', amount_out_of_range: 'amount', payers_empty: 'payers', payers_sum_differs: 'payers', transfer_needs_one_payer: 'payers',
  transfer_needs_one_recipient: 'recipient', transfer_to_self: 'recipient',
};

const differenceOf = (details: Readonly<Record<string, string | number>> | undefined): { difference?: number } =>
  typeof details?.['difference'] === 'number' ? { difference: details['difference'] } : {};

/** Reads the form with the rules the core uses. Pure: the same text, entry id and day always say the same. */
export function readForm(form: FormState, entry: EntryId, now: LocalDate): FormReading {
  const decimals = currencyDecimals(form.currency);
  const faults: FormReading['faults'] = {};
  const parsed = parseAmount(form.amount, decimals);
  if (!parsed.ok) faults.amount = { code: parsed.code };
  else if (parsed.value < 0) faults.amount = { code: 'amount_out_of_range' };
  else if (parsed.value === 0) faults.amount = { code: 'amount_zero' };
  const amount = parsed.ok && parsed.value >= 0 ? parsed.value : undefined;

  const date = parseDateWords(form.date, now);
  if (!date) faults.date = { code: 'date_invalid' };
  for (const field of ['description', 'category', 'note'] as const) {
    const code = firstFault(entryDraftSchema.shape[field], form[field].trim());
    if (code) faults[field] = { code };
  }

  const isMove = isTransfer(form);
  const payersRead = readPayers(form, amount ?? 0, decimals);
  const partsRead = isMove ? { parts: form.recipient ? [{ person: form.recipient, value: 1 }] : [], faults: {} } : readParts(form, decimals);
  const split: EntryDraft['split'] = { mode: isMove ? 'equal' : form.mode, parts: partsRead.parts };
  if (isMove && !form.recipient) faults.recipient = { code: 'transfer_needs_one_recipient' };
  if (isMove && form.payer === null) faults.payers = { code: 'transfer_needs_one_payer' };
  if (Object.keys(payersRead.faults).length > 0) faults.payers = { code: 'amount_invalid' };

  const computed = computeShares({ amount: amount ?? 0, split, seed: entry });
  if (Object.keys(partsRead.faults).length > 0) faults.split = { code: 'amount_invalid' };
  // Without an amount nothing can be said about sums, except that percentages and people are wrong by themselves.
  else if (!computed.ok && !isMove && (amount !== undefined || (computed.code !== 'split_sum_differs' && computed.code !== 'split_part_negative'))) {
    faults.split = { code: computed.code, ...differenceOf(computed.details) };
  }

  const draft: EntryDraft = {
    kind: form.kind, date: date ?? now, description: form.description.trim(), category: form.category.trim() || 'general', note: form.note.trim(),
    currency: form.currency, amount: amount ?? 0, payers: payersRead.payers, split,
  };
  if (amount !== undefined && amount > 0) {
    const body = draftToBody(draft, entry);
    const field = body.ok ? undefined : (FIELD_OF[body.code] ?? 'split');
    if (!body.ok && field && !faults[field]) faults[field] = { code: body.code, ...differenceOf(body.details) };
  }
  const isWhole = Object.keys(faults).length === 0;
  return {
    amount,
    date,
    shares: new Map(computed.ok && amount !== undefined && !faults.split ? computed.value.shares.map((share) => [share.person, share.amount]) : []),
    odd: computed.ok && amount !== undefined && !faults.split ? computed.value.odd : [],
    faults,
    partFaults: partsRead.faults,
    paidFaults: payersRead.faults,
    draft: isWhole ? { ...draft, payers: draft.payers.filter((payer) => payer.amount !== 0) } : undefined,
  };
}
