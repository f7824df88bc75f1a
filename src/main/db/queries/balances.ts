import type { EntryKind } from '#domain/entry.ts';
import type { PersonId } from '#domain/ids.ts';
import type { RevisionOf } from '#domain/revision.ts';
import type { DebtView, ExplanationLineView } from '#contract/views.ts';
import type { Reader } from '#main/db/reader.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import type { LedgerRow } from './ledgers.ts';
import { createRunning, type Position } from './running.ts';

interface Part {
  kind: EntryKind;
  entries: number;
  effect: number;
  odd: number;
}

interface LineRow extends Position {
  id: string;
  /** [paid, share, effect, odd] */
  effects: string;
  payload: string;
}

export interface BalanceQueries {
  personKey(ledger: LedgerRow, person: PersonId): number | undefined;
  /** Sums per person and currency; income and refunds count negative on both sides. */
  totals(ledger: LedgerRow): { person: PersonId; currency: string; paid: number; share: number }[];
  /** Pair by pair; none of zero. */
  debts(ledger: LedgerRow): (DebtView & { currency: string })[];
  parts(person: number, currency: string): Part[];
  /** Oldest first, each with the balance after it. Days are skipped by their counts. */
  lines(ledger: LedgerRow, person: number, currency: string, offset: number, limit: number): ExplanationLineView[];
}

export function createBalanceQueries(reader: Reader): BalanceQueries {
  const running = createRunning(reader);
  const personKey = reader.prepare<[number, string], number>('SELECT key FROM person WHERE ledger = ? AND id = ?').pluck();
  const totals = reader.prepare<[number], { person: PersonId; currency: string; paid: number; share: number }>(
    `SELECT person.id AS person, currency, sum(paid) AS paid, sum(share) AS share FROM person
     JOIN person_total ON person_total.person = person.key WHERE person.ledger = ? GROUP BY person.key, currency ORDER BY place, person.id`,
  );
  const debts = reader.prepare<[number], DebtView & { currency: string }>(
    `SELECT debt.currency, one.id AS "from", other.id AS "to", amount FROM debt
     JOIN person AS one ON one.key = debt.debtor JOIN person AS other ON other.key = debt.creditor
     WHERE debt.ledger = ? AND amount <> 0`,
  );
  const parts = reader.prepare<[number, string], Part>(
    'SELECT kind, entries, effect, odd FROM person_total WHERE person = ? AND currency = ? ORDER BY kind',
  );
  const days = reader.prepare<[number, string], { date: string; entries: number }>(
    'SELECT date, entries FROM person_day WHERE person = ? AND currency = ? ORDER BY date',
  );
  const lines = reader.prepare<[string, number, string, string, string, number, number], LineRow>(
    `SELECT entry.key, entry.id, entry.date, entry.place, effects ->> ? AS effects, revision.payload
     FROM entry JOIN revision ON revision.key = entry.revision
     WHERE entry.ledger = ? AND entry.date >= ? AND currency = ? AND instr(people, ?) > 0 AND void = 0
     ORDER BY entry.date, entry.place, entry.key LIMIT ? OFFSET ?`,
  );

  function rowsAt(ledger: number, person: number, currency: string, offset: number, limit: number): LineRow[] {
    let left = offset;
    for (const { date, entries } of days.iterate(person, currency)) {
      if (left < entries) return lines.all(`$."${person}"`, ledger, date, currency, `,${person},`, limit, left);
      left -= entries;
    }
    return [];
  }

  return {
    personKey: (ledger, person) => personKey.get(ledger.key, person),
    totals: (ledger) => totals.all(ledger.key),
    debts: (ledger) =>
      debts.all(ledger.key)
        .map(({ currency, from, to, amount }) => (amount > 0 ? { currency, from, to, amount } : { currency, from: to, to: from, amount: -amount }))
        .toSorted((a, b) => (a.from === b.from ? (a.to < b.to ? -1 : 1) : a.from < b.from ? -1 : 1)),
    parts: (person, currency) => parts.all(person, currency),
    lines(ledger, person, currency, offset, limit) {
      const rows = rowsAt(ledger.key, person, currency, offset, limit);
      let balance: number | undefined;
      return rows.map((row) => {
        const [paid = 0, share = 0, effect = 0, odd = 0] = JSON.parse(row.effects) as number[];
        const { kind, description, amount } = (payloadToRevision(row.payload) as RevisionOf<'entry'>).body;
        balance = balance === undefined ? running(ledger.key, person, currency, row, { ofDay: false, ofAll: false }) : balance + effect;
        return { entry: row.id, kind, date: row.date, description, amount, paid, share, effect, rounding: odd, running: balance };
      });
    },
  };
}
