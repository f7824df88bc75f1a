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

export const TOTALS_TABLES = Object.keys(TABLES) as readonly Table[];

export function createTotals(database: Connection): Totals {
  const writers = new Map(
    TOTALS_TABLES.map((table) => {
      const { by, sums } = TABLES[table];
      const places = [...by, ...sums].map(() => '?').join(', ');
      const added = sums.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(', ');
      const add = database.prepare<Key[], { entries: number }>(
        `INSERT INTO ${table} (${[...by, ...sums].join(', ')}) VALUES (${places}) ON CONFLICT DO UPDATE SET ${added} RETURNING entries`,
      );
      const remove = database.prepare<Key[]>(`DELETE FROM ${table} WHERE ${by.map((column) => `${column} = ?`).join(' AND ')}`);
      return [table, { add, remove }] as const;
    }),
  );
  const gathered = new Map<string, { table: Table; by: readonly Key[]; sums: number[] }>();

  return {
    add(table, by, sums) {
      const name = `${table}\n${by.join('\n')}`;
      const row = gathered.get(name);
      if (row) for (const [index, sum] of sums.entries()) row.sums[index] = (row.sums[index] ?? 0) + sum;
      else gathered.set(name, { table, by, sums: [...sums] });
    },
    write() {
      for (const { table, by, sums } of gathered.values()) {
        if (sums.every((sum) => sum === 0)) continue;
        const writer = writers.get(table);
        if (writer?.add.get(...by, ...sums)?.entries === 0) writer.remove.run(...by);
      }
      gathered.clear();
    },
    forget: () => gathered.clear(),
  };
}
