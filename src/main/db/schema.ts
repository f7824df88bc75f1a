import type Database from 'better-sqlite3';

export type Connection = Database.Database;

/**
 * A parameter of a statement that joins tables and is run often. SQLite prepares a join anew each time a parameter is
 * bound that stands in it bare, which takes several times as long as looking up a row or two.
 */
export const GIVEN = '(SELECT ?)';

/** One step of the schema. Once released it is never changed; another step follows it. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}
