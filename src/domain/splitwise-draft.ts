import { apportion } from './apportion.ts';
import type { EntryDraft } from './entry.ts';
import type { PersonId } from './ids.ts';
import { failure, success, type Result } from './result.ts';
import type { SplitwiseFile, SplitwiseRow } from './splitwise-file.ts';
import { toCategory } from './splitwise-words.ts';

interface Reconstruction {
  payers: { person: string; amount: number }[];
  shares: { person: string; amount: number }[];
}

/**
 * Who paid and whose it was, from what a row did to each balance. With one positive cell this is exact: its person paid
 * all, and their own share is what the others do not owe. With several the file has lost the gross amounts: then those
 * in the plus are the payers, and the part of the amount that nobody owes is divided among them equally as their own
 * shares, which gives back an equal split. Balances come out the same in any case.
 */
function reconstruct(row: SplitwiseRow, nets: ReadonlyMap<string, number>): Reconstruction {
  // In a refund money comes in: the one in the minus holds it, the others are owed it.
  const sign = row.kind === 'refund' ? -1 : 1;
  const effects = [...nets].map(([person, net]) => ({ person, effect: sign * net })).filter(({ effect }) => effect !== 0);
  const payers = effects.filter(({ effect }) => effect > 0);
  const owed = payers.reduce((sum, { effect }) => sum + effect, 0);
  const own = apportion(row.amount - owed, payers.map(({ person }) => ({ person, weight: 1n })), row.key);
  const ownOf = new Map(own.map(({ person, floor, odd }) => [person, floor + odd]));
  return {
    payers: payers.map(({ person, effect }) => ({ person, amount: effect + (ownOf.get(person) ?? 0) })),
    shares: effects
      .map(({ person, effect }) => ({ person, amount: effect > 0 ? (ownOf.get(person) ?? 0) : -effect }))
      .filter(({ amount }) => amount > 0),
  };
}

/**
 * The entry a row makes. `people`: who each name of the file is; two names may be one person. Errors: `person_unknown`
 * with the `name` that is missing, `row_no_people` where the row moves nothing between the people it names.
 */
export function splitwiseToDraft(row: SplitwiseRow, people: ReadonlyMap<string, PersonId>): Result<EntryDraft, 'person_unknown' | 'row_no_people'> {
  const nets = new Map<PersonId, number>();
  for (const { name, net } of row.cells) {
    const person = people.get(name);
    if (person === undefined) return failure('person_unknown', { name });
    nets.set(person, (nets.get(person) ?? 0) + net);
  }
  if ([...nets.values()].every((net) => net === 0)) return failure('row_no_people');
  const { payers, shares } = reconstruct(row, nets);
  return success({
    kind: row.kind,
    date: row.date,
    description: row.description,
    category: row.kind === 'settlement' ? 'general' : toCategory(row.category),
    note: '',
    currency: row.currency,
    amount: row.amount,
    payers,
    split: { mode: 'exact', parts: shares.map(({ person, amount }) => ({ person, value: amount })) },
  });
}

export interface FooterCheck {
  name: string;
  currency: string;
  /** What the file says; null where it has no footer for the currency. Minor units. */
  file: number | null;
  /** What the entries made from its rows sum to. */
  computed: number;
}

/** Balance by balance what the file says and what we compute, in the order of the file's people, by currency. */
export function checkFooter(file: SplitwiseFile): FooterCheck[] {
  const computed = new Map<string, Map<string, number>>();
  for (const { currency } of [...file.rows, ...file.footers]) computed.set(currency, computed.get(currency) ?? new Map());
  for (const row of file.rows) {
    const sums = computed.get(row.currency);
    const { payers, shares } = reconstruct(row, new Map(row.cells.map(({ name, net }) => [name, net])));
    const sign = row.kind === 'refund' ? -1 : 1;
    for (const { person, amount } of payers) sums?.set(person, (sums.get(person) ?? 0) + sign * amount);
    for (const { person, amount } of shares) sums?.set(person, (sums.get(person) ?? 0) - sign * amount);
  }
  return [...computed].flatMap(([currency, sums]) => {
    const footer = file.footers.findLast((candidate) => candidate.currency === currency);
    return file.people.map((name) => ({
      name,
      currency,
      file: footer?.cells.find((cell) => cell.name === name)?.net ?? null,
      computed: sums.get(name) ?? 0,
    }));
  });
}
