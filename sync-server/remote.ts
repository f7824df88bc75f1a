import { PAGE_BYTES } from '#sync/protocol/limits.ts';
import type { StoredFrame } from './append.ts';
import type { Hint } from './fanout.ts';
import type { Hub } from './hub.ts';
import type { Outcome } from './store.ts';

export interface RemoteReaderDeps {
  readonly hub: Pick<Hub, 'store' | 'underMembership'>;
  /** Whether anybody here listens to a ledger. */
  isHeard(ledger: string): boolean;
  onStored(ledger: string, frames: readonly StoredFrame[]): void;
}

/**
 * Reads what another relay on the same database has stored, for those who listen here. Hints that come while a document
 * is being read are read together after that: a busy document costs one reader, however many hints there are.
 */
export function createRemoteReader({ hub, isHeard, onStored }: RemoteReaderDeps): (hint: Extract<Hint, { type: 'frames' }>) => Outcome<null, string> {
  const waiting = new Map<string, { from: number; to: number }>();

  async function read(ledger: string, document: string, from: number, to: number): Outcome<null, string> {
    let after = from - 1;
    while (after < to && isHeard(ledger)) {
      const start = after;
      const page = await hub.underMembership(ledger, ({ number }) => hub.store.page({ ledger, records: number + 1 }, document, start, PAGE_BYTES));
      if (!page.ok) return page;
      const frames = page.value.frames.filter(({ seq }) => seq <= to);
      onStored(ledger, frames.map((frame) => ({ document, ...frame })));
      const last = frames.at(-1)?.seq;
      // Already dropped: whoever missed it reads it from its snapshot.
      if (last === undefined) break;
      after = last;
    }
    return { ok: true, value: null };
  }

  return async ({ ledger, document, from, to }) => {
    const name = `${ledger}/${document}`;
    const there = waiting.get(name);
    if (there) {
      there.from = Math.min(there.from, from);
      there.to = Math.max(there.to, to);
      return { ok: true, value: null };
    }
    for (let next = { from, to }; next.from <= next.to; ) {
      const later = { from: Infinity, to: 0 };
      waiting.set(name, later);
      const outcome = await read(ledger, document, next.from, next.to).finally(() => waiting.delete(name));
      if (!outcome.ok) return outcome;
      next = later;
    }
    return { ok: true, value: null };
  };
}
