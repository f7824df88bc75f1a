import type Database from 'better-sqlite3';

export type Connection = Database.Database;

/** One step of the schema. Once released it is never changed; another step follows it. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}
