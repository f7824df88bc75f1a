import type { Result } from '#domain/result.ts';
import { failure, success } from '#domain/result.ts';
import type { StoreErrorCode } from '#sync/store.ts';
import { errorToStoreCode } from './errors.ts';
import type { Connection } from './schema.ts';
import { createQueue } from './queue.ts';
import type { Reader } from './reader.ts';

/** How long the core may be busy with one write before it lets others have a turn, milliseconds. */
const TURN = 12;

export interface Writer {
  /**
   * Runs `work` in one transaction, after those asked for earlier. Work that takes long comes as a generator and yields
   * between its steps: the screen's reads, on a connection of their own, are then answered in between and see the state
   * before the transaction. `ok` means committed and on disk; after a failure nothing has happened.
   */
  write<T>(work: () => Generator<void, T> | T): Promise<Result<T, StoreErrorCode>>;
  /** Resolves when everything asked for so far is done. */
  idle(): Promise<void>;
}

interface Hooks {
  onRollback(): void;
  /** A failure of the disk, to be shown. */
  onFailure(code: StoreErrorCode): void;
}

const isGenerator = <T>(value: Generator<void, T> | T): value is Generator<void, T> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value;

export function createWriter(database: Connection, reader: Pick<Reader, 'setWriting'>, { onRollback, onFailure }: Hooks): Writer {
  const queue = createQueue();
  const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')];
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  async function run<T>(work: () => Generator<void, T> | T): Promise<T> {
    const result = work();
    if (!isGenerator(result)) return result;
    let started = performance.now();
    for (let step = result.next(); ; step = result.next()) {
      if (step.done) return step.value;
      if (performance.now() - started < TURN) continue;
      await turn();
      started = performance.now();
    }
  }

  async function transact<T>(work: () => Generator<void, T> | T): Promise<Result<T, StoreErrorCode>> {
    try {
      begin.run();
      reader.setWriting(true);
      const value = await run(work);
      commit.run();
      return success(value);
    } catch (error) {
      onRollback();
      const code = errorToStoreCode(error);
      // SQLite has rolled back by itself after some failures (a full disk); then there is nothing left to undo.
      if (database.inTransaction) database.exec('ROLLBACK');
      if (code === undefined) throw error;
      onFailure(code);
      return failure(code);
    } finally {
      reader.setWriting(false);
    }
  }

  return {
    write: (work) => queue(() => transact(work)),
    idle: () => queue(async () => undefined),
  };
}
