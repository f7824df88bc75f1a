import type { Connection } from './schema.ts';

/** The tables of sums: what each is kept by, and what is summed. The first sum counts entries. */
const TABLES = {
  ledger_total: { by: ['ledger'], sums: ['entries', 'active', 'conflicts'] },
  ledger_day: { by: ['ledger', 'date'], sums: ['entries'] },
  ledger_use: { by: ['ledger', 'what', 'name'], sums: ['entries'] },
  person_total: { by: ['person', 'currency', 'kind'], sums: ['entries', 'paid', 'share', 'effect', 'odd'] },
  person_day: { by: ['person', 'currency', 'date'], sums: ['entries', 'effect'] },
  debt: { by: ['ledger', 'currency', 'debtor', 'creditor'], sums: ['entries', 'amount'] },
  month_total: { by: ['ledger', 'currency', 'month', 'category', 'person'], sums: ['entries', 'paid', 'expense', 'income'] },
} as const;

type Table = keyof typeof TABLES;
type Key = string | number;

/** Gathers what is to be added to the sums and writes each row once: an import touches a month's row a thousand times. */
export interface Totals {
  add(table: Table, by: readonly Key[], sums: readonly number[]): void;
  /** Writes what was gathered, in the caller's transaction. */
  write(): void;
  forget(): void;
}

/** A sum that is gathered stays under this: with the largest amount added it is still a whole number in JavaScript. SQLite adds 64 bits. */
const FAR = 2 ** 52;

export const TOTALS_TABLES = Object.keys(TABLES) as readonly Table[];

export function createTotals(database: Connection): Totals {
  const writers = new Map(
    TOTALS_TABLES.map((table) => {
      const { by, sums } = TABLES[table];
      const places = [...by, ...sums].map(() => '?').join(', ');
      const added = sums.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(', ');
      const add = database.prepare<Key[]>(
        `INSERT INTO ${table} (${[...by, ...sums].join(', ')}) VALUES (${places}) ON CONFLICT DO UPDATE SET ${added}`,
      );
      const remove = database.prepare<Key[]>(`DELETE FROM ${table} WHERE ${by.map((column) => `${column} = ?`).join(' AND ')} AND entries = 0`);
      return [table, { add, remove }] as const;
    }),
  );
  const gathered = new Map<string, { table: Table; by: readonly Key[]; sums: number[]; isWritten: boolean }>();

  return {
    add(table, by, sums) {
      const name = `${table}\n${by.join('\n')}`;
      const row = gathered.get(name) ?? { table, by, sums: sums.map(() => 0), isWritten: false };
      gathered.set(name, row);
      for (const [index, sum] of sums.entries()) row.sums[index] = (row.sums[index] ?? 0) + sum;
      if (row.sums.every((sum) => Math.abs(sum) < FAR)) return;
      // Only in part: whether the row is to stay shows at the end.
      writers.get(table)?.add.run(...by, ...row.sums);
      row.sums.fill(0);
      row.isWritten = true;
    },
    write() {
      for (const { table, by, sums, isWritten } of gathered.values()) {
        if (!isWritten && sums.every((sum) => sum === 0)) continue;
        const writer = writers.get(table);
        writer?.add.run(...by, ...sums);
        if (isWritten || (sums[0] ?? 0) < 0) writer?.remove.run(...by);
      }
      gathered.clear();
    },
    forget: () => gathered.clear(),
  };
}
