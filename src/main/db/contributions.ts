import { entryDebts, entryEffects, oddUnits } from '#domain/effects.ts';
import type { EntryBody } from '#domain/entry.ts';
import type { EntryId, PersonId } from '#domain/ids.ts';
import type { Totals } from './totals.ts';

/** An entry as the read model counts it. */
export interface CountedEntry {
  readonly id: EntryId;
  readonly body: EntryBody;
  readonly conflict: boolean;
}

export interface EffectRow {
  person: PersonId;
  paid: number;
  share: number;
  effect: number;
  odd: number;
}

/** Who received income or a refund owes it to the others: on the scale of what was paid it counts negative. */
const signOf = ({ kind }: EntryBody): 1 | -1 => (kind === 'income' || kind === 'refund' ? -1 : 1);

/** What an entry does to each person, so that `effect` is `paid` less `share` for every kind. */
export function entryToEffectRows({ id, body }: CountedEntry): EffectRow[] {
  const sign = signOf(body);
  const odd = new Map(oddUnits(body, id).map(({ person, units }) => [person, sign * units]));
  return entryEffects(body).map(({ person, paid, share, effect }) => ({
    person, paid: sign * paid || 0, share: sign * share || 0, effect, odd: odd.get(person) ?? 0,
  }));
}

/** Adds (`times` 1) or takes away (-1) all that one entry contributes to the sums of its ledger. */
export function addContributions(totals: Totals, ledger: number, keyOf: (person: PersonId) => number, entry: CountedEntry, times: 1 | -1): void {
  const { id, body, conflict } = entry;
  const { currency, date, kind, category } = body;
  const active = body.state === 'active';
  totals.add('ledger_total', [ledger], [times, active ? times : 0, conflict ? times : 0]);
  totals.add('ledger_day', [ledger, date], [times]);
  if (!active) return;

  totals.add('ledger_use', [ledger, 'currency', currency], [times]);
  totals.add('ledger_use', [ledger, 'category', category], [times]);
  for (const { person, paid, share, effect, odd } of entryToEffectRows(entry)) {
    const key = keyOf(person);
    totals.add('person_total', [key, currency, kind], [times, times * paid, times * share, times * effect, times * odd]);
    totals.add('person_day', [key, currency, date], [times, times * effect]);
    const spent = kind === 'expense' || kind === 'refund';
    const earned = kind === 'income';
    if (spent || earned) {
      const sums = spent ? [times, times * paid, times * share, 0] : [times, 0, 0, times * -share];
      totals.add('month_total', [ledger, currency, date.slice(0, 7), category, key], sums);
    }
  }
  for (const { from, to, amount } of entryDebts(body, id)) {
    const [debtor, creditor, owed] = from < to ? [from, to, amount] : [to, from, -amount];
    totals.add('debt', [ledger, currency, keyOf(debtor), keyOf(creditor)], [times, times * owed]);
  }
}
