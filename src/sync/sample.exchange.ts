/** Devices without a relay for the tests of this room: the real repo and store, and ledgers that grow by hand. */
import type { DocumentId } from '#domain/ids.ts';
import type { Revision } from '#domain/revision.ts';
import { extendAccess, type LedgerAccess } from './access.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { createRepo, type Repo } from './repo.ts';
import { sampleEntry } from './sample.ts';
import { must, randomBytes, type SampleLedger, type SampleMember } from './sample.access.ts';
import { createMemoryStore } from './store.memory.ts';
import type { Store } from './store.ts';
import { createTurns } from './turns.ts';

export interface Party {
  readonly member: SampleMember;
  readonly store: Store & { revisions(ledger: string): Revision[] };
  readonly repo: Repo;
  readonly exchange: Exchange;
  access(): LedgerAccess;
  /** Writes entries with these names, one change each. */
  write(...names: string[]): Promise<void>;
  /** What the entries that count are called. */
  names(): string[];
  /** How often something was taken that a relay may not have. */
  taken(): number;
}

/** A device of a member's that knows the first `records` of the ledger; all by default. */
export async function createParty(ledger: SampleLedger, member: SampleMember, records = ledger.records.length): Promise<Party> {
  const store = createMemoryStore();
  const known = ledger.records.slice(0, records);
  let access: LedgerAccess | null = known.length > 0 ? await must(extendAccess(null, member.seat.deps, known)) : null;
  if (known.length > 0) await must(store.commitRecords(ledger.ledger, member.seat.id, 0, known, { refused: [], admitted: [] }));
  const repo = createRepo({ store, deviceIn: async () => member.seat.id, randomBytes, newId: () => bytesToHex(randomBytes(16)), pause: async () => {} });
  let taken = 0;
  const holder = { deps: member.seat.deps, get: () => access, set: (next: LedgerAccess) => void (access = next), inTurn: createTurns() };
  const exchange = createExchange({ holder, store, repo, randomBytes, onTaken: () => (taken += 1) });
  return {
    member, store, repo, exchange,
    access() {
      if (!access) throw new Error('no records yet');
      return access;
    },
    async write(...names) {
      for (const name of names) await must(repo.write(ledger.ledger, [sampleEntry(name, { device: member.seat.id })]));
    },
    names: () => store.revisions(ledger.ledger).flatMap((revision) => (revision.type === 'entry' ? [revision.body.description] : [])).toSorted(),
    taken: () => taken,
  };
}

/** Brings `to` all that `from` has and it has not: what a file or a conversation does. Answers with what it took. */
export async function handOver(from: Party, to: Party): Promise<{ fresh: number; unsound: number; ahead: number }> {
  await must(from.exchange.seal());
  await must(to.exchange.takeRecords(0, from.access().records));
  const all = { fresh: 0, unsound: 0, ahead: 0 };
  const documents: DocumentId[] = [...(await must(from.exchange.summary())).keys()];
  for (const document of documents) {
    const missing = await must(to.exchange.missing(document, await must(from.exchange.offers(document))));
    const frames = await Promise.all(missing.map((frame) => must(from.exchange.read(document, frame))));
    const taken = await must(to.exchange.takeFrames(frames.filter((frame) => frame !== null)));
    for (const name of ['fresh', 'unsound', 'ahead'] as const) all[name] += taken[name];
  }
  return all;
}
