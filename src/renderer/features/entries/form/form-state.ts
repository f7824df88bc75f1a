import { formatMinor } from '#domain/amount.ts';
import type { LocalDate } from '#domain/date.ts';
import { SPLIT_MODES, type EntryDraft, type EntryKind, type SplitMode } from '#domain/entry.ts';
import { isTransfer } from '#domain/entry-rules.ts';
import type { PersonId } from '#domain/ids.ts';
import { currencyDecimals } from '#domain/money.ts';
import { WHOLE_PERCENT } from '#domain/split.ts';
import type { LedgerView } from '#contract/views.ts';

/** What stands in the form: text as it was typed, never a number that would have to be typed again. */
export interface FormState {
  kind: EntryKind;
  description: string;
  amount: string;
  currency: string;
  date: string;
  category: string;
  /** Chosen by hand: a guess leaves it alone. */
  isCategoryChosen: boolean;
  note: string;
  /** Who paid it all; null while several did. */
  payer: PersonId | null;
  /** What each of several paid. */
  paid: Readonly<Record<PersonId, string>>;
  /** To whom a transfer goes. */
  recipient: PersonId | null;
  mode: SplitMode;
  /** Who takes part, where that is a matter of yes or no: equal and adjustment. */
  taking: readonly PersonId[];
  /** What was typed for each, in the other modes. */
  parts: Readonly<Record<PersonId, string>>;
}

export interface FormPreset {
  kind?: EntryKind;
  from?: PersonId;
  to?: PersonId;
  amount?: number;
  currency?: string;
}

/** The people an entry is proposed to: the active ones, in the ledger's order. */
export const proposedPeople = (ledger: LedgerView): PersonId[] => ledger.persons.filter((person) => person.state === 'active').map((person) => person.id);

export function newForm(ledger: LedgerView, date: LocalDate, preset: FormPreset = {}): FormState {
  const people = proposedPeople(ledger);
  const currency = preset.currency ?? ledger.currencies[0] ?? ledger.currency;
  const payer = preset.from ?? (ledger.me && people.includes(ledger.me) ? ledger.me : (people[0] ?? null));
  return {
    kind: preset.kind ?? 'expense',
    description: '',
    amount: preset.amount === undefined ? '' : formatMinor(preset.amount, currencyDecimals(currency)),
    currency,
    date,
    category: 'general',
    isCategoryChosen: false,
    note: '',
    payer,
    paid: {},
    recipient: preset.to ?? people.find((person) => person !== payer) ?? null,
    mode: 'equal',
    taking: people,
    parts: {},
  };
}

/** Hundredths as they are typed: 3333 -> `33.33`, 150 -> `1.5`, 100 -> `1`. */
const hundredthsToText = (value: number): string => formatMinor(value, 2).replace(/\.?0+$/, '');

/** The form that gives this draft back when it is read. */
export function draftToForm(draft: EntryDraft): FormState {
  const decimals = currencyDecimals(draft.currency);
  const [first] = draft.payers;
  const { mode, parts } = draft.split;
  const textOf = (value: number): string => (mode === 'percent' || mode === 'shares' ? hundredthsToText(value) : formatMinor(value, decimals));
  const isMove = isTransfer(draft);
  return {
    kind: draft.kind,
    description: draft.description,
    amount: formatMinor(draft.amount, decimals),
    currency: draft.currency,
    date: draft.date,
    category: draft.category,
    isCategoryChosen: true,
    note: draft.note,
    payer: draft.payers.length === 1 && first ? first.person : null,
    paid: draft.payers.length === 1 ? {} : Object.fromEntries(draft.payers.map(({ person, amount }) => [person, formatMinor(amount, decimals)])),
    recipient: isMove ? (parts[0]?.person ?? null) : null,
    mode: isMove ? 'equal' : mode,
    taking: parts.filter(({ value }) => mode === 'equal' || mode === 'adjustment' || value !== 0).map(({ person }) => person),
    parts: mode === 'equal' || isMove ? {} : Object.fromEntries(parts.filter(({ value }) => value !== 0).map(({ person, value }) => [person, textOf(value)])),
  };
}

/** The form for the next entry: what stays the same from one bill to the next is kept. */
export function nextForm(form: FormState): FormState {
  const isKept = form.mode === 'equal' || form.mode === 'percent' || form.mode === 'shares';
  return {
    ...form,
    description: '',
    amount: '',
    note: '',
    category: 'general',
    isCategoryChosen: false,
    payer: form.payer,
    paid: {},
    ...(!isKept && { mode: 'equal', parts: {} }),
  };
}

/** Whether closing would lose something: of a new entry what was typed, of an edited one (`isEdit`) any change. */
export function isTyped(form: FormState, start: FormState, isEdit = false): boolean {
  const typed = (state: FormState) => {
    const { description, amount, date, note, paid, parts } = state;
    return JSON.stringify(isEdit ? state : [description, amount, date, note, paid, parts]);
  };
  return typed(form) !== typed(start);
}

/** Another way to split, filled with what it was before as far as the new way can say it. `shares`: minor units as computed before. */
export function changeMode(form: FormState, mode: SplitMode, shares: ReadonlyMap<PersonId, number>): FormState {
  if (!SPLIT_MODES.includes(mode) || mode === form.mode) return form;
  const isTicked = form.mode === 'equal' || form.mode === 'adjustment';
  const filled = Object.entries(form.parts).filter(([, text]) => text.trim() !== '' && text.trim() !== '0').map(([person]) => person);
  const taking = isTicked || filled.length === 0 ? form.taking : filled;
  const fill = (textOf: (person: PersonId, index: number) => string) => Object.fromEntries(taking.map((person, index) => [person, textOf(person, index)]));
  if (mode === 'exact') {
    const decimals = currencyDecimals(form.currency);
    return { ...form, mode, taking, parts: shares.size === 0 ? {} : fill((person) => formatMinor(shares.get(person) ?? 0, decimals)) };
  }
  if (mode === 'percent') {
    const each = Math.floor(WHOLE_PERCENT / Math.max(1, taking.length));
    const over = WHOLE_PERCENT - each * taking.length;
    return { ...form, mode, taking, parts: fill((_, index) => hundredthsToText(each + (index < over ? 1 : 0))) };
  }
  return { ...form, mode, taking, parts: mode === 'shares' ? fill(() => '1') : {} };
}
