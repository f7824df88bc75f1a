import type { Connection } from './schema.ts';

/** A statement that only reads. */
export interface ReadStatement<Parameters extends unknown[], Row> {
  get(...parameters: Parameters): Row | undefined;
  all(...parameters: Parameters): Row[];
  iterate(...parameters: Parameters): IterableIterator<Row>;
  /** The first column alone. */
  pluck(): ReadStatement<Parameters, Row>;
}

/** What queries stand on: always shows what is committed, and nothing else. */
export interface Reader {
  prepare<Parameters extends unknown[], Row>(sql: string): ReadStatement<Parameters, Row>;
  /** Reads many things in one go, all of the same state. `read` must not wait for anything. */
  together<T>(read: () => T): T;
  /** To be told at the beginning and at the end of each transaction that writes. */
  setWriting(isWriting: boolean): void;
}

/**
 * Reads on the connection that writes, which has the pages of the last commit at hand, but for the time of a transaction
 * on it: then on the other one, which still sees the state before. (A second connection alone would forget all its pages
 * at every commit of the first.)
 */
export function createReader(writing: Connection, other: Connection): Reader {
  let isWriting = false;
  const [begin, commit] = [writing.prepare('BEGIN'), writing.prepare('COMMIT')];
  return {
    setWriting(next) {
      isWriting = next;
    },
    together(read) {
      if (isWriting || writing.inTransaction) return read();
      begin.run();
      try {
        return read();
      } finally {
        if (writing.inTransaction) commit.run();
      }
    },
    prepare<Parameters extends unknown[], Row>(sql: string): ReadStatement<Parameters, Row> {
      const direct = writing.prepare<Parameters, Row>(sql);
      // Seldom needed: prepared when it is.
      let aside: typeof direct | undefined;
      let plucked = false;
      const statement = (): typeof direct => {
        if (!isWriting) return direct;
        aside ??= other.prepare<Parameters, Row>(sql).pluck(plucked);
        return aside;
      };
      const read: ReadStatement<Parameters, Row> = {
        get: (...parameters) => statement().get(...parameters),
        all: (...parameters) => statement().all(...parameters),
        iterate: (...parameters) => statement().iterate(...parameters),
        pluck() {
          plucked = true;
          direct.pluck();
          return read;
        },
      };
      return read;
    },
  };
}
