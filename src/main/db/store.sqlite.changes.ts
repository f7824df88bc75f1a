import type { Revision } from '#domain/revision.ts';
import type { ChangeLineage, RefusedChange, Store } from '#sync/store.ts';
import { IN_DOCUMENT, plain, takeBytes, type StoreGround } from './store.sqlite.ground.ts';

type ChangeStore = Pick<Store, 'documents' | 'firstType' | 'changes' | 'lineage' | 'refusedChanges' | 'knownChanges' | 'commitLocal' | 'nextUnsealed'>;

/** Documents as sets of changes, and the changes made here. */
export function createChangeStore({ reader, revisions, alongside, ledgerKey, documentKey, showTouched, read, commit }: StoreGround): ChangeStore {
  const selectDocuments = reader.prepare<[string], { document: string; revisions: number }>(
    'SELECT document.id AS document, revisions FROM document JOIN ledger ON ledger.key = document.ledger WHERE ledger.id = ? AND revisions > 0',
  );
  const selectType = reader.prepare<[string, string], Revision['type']>(
    `SELECT revision.type FROM change JOIN revision ON revision.change = change.key WHERE change.key IN (SELECT key FROM change WHERE ${IN_DOCUMENT})
     ORDER BY revision.change, revision.key LIMIT 1`,
  ).pluck();
  const selectChanges = reader.prepare<[string, string], Buffer>(`SELECT bytes FROM change WHERE ${IN_DOCUMENT} ORDER BY key`).pluck();
  const selectLineage = reader.prepare<[string, string], Omit<ChangeLineage, 'deps'> & { deps: string }>(
    `SELECT hash, deps, actor, record, refused FROM change WHERE ${IN_DOCUMENT} ORDER BY key`,
  );
  const selectRefused = reader.prepare<[string], RefusedChange>(
    `SELECT document.id AS document, change.hash, change.record, change.refused AS reason, change.bytes FROM ledger JOIN document ON document.ledger = ledger.key
     JOIN change INDEXED BY change_refused ON change.document = document.key AND change.refused IS NOT NULL WHERE ledger.id = ? ORDER BY change.key`,
  );
  const isKnown = reader.prepare<[string, string, string], number>(`SELECT 1 FROM change WHERE ${IN_DOCUMENT} AND hash = ?`).pluck();
  const oldestUnsealed = reader.prepare<[string], { key: number; id: string; change: number }>(
    `SELECT document.key, document.id, change.key AS change FROM document JOIN ledger ON ledger.key = document.ledger
     JOIN change INDEXED BY change_waiting ON change.document = document.key AND change.frame IS NULL AND change.waiting = 1
     WHERE ledger.id = ? ORDER BY change.key LIMIT 1`,
  );
  // Few changes came after one that waits: looked at one by one.
  const nextSealed = reader.prepare<[number, number], number>('SELECT key FROM change WHERE +document = ? AND key > ? AND frame IS NOT NULL ORDER BY key LIMIT 1').pluck();
  const unsealedOf = reader.prepare<[number, number], { hash: string; bytes: Buffer }>(
    'SELECT hash, bytes FROM change WHERE document = ? AND frame IS NULL AND waiting = 1 AND key < ? ORDER BY key',
  );

  return {
    documents: (ledger) => read(() => selectDocuments.all(ledger)),
    firstType: (ledger, document) => read(() => selectType.get(ledger, document) ?? null),
    changes: (ledger, document) => read(() => selectChanges.all(ledger, document).map(plain)),
    lineage: (ledger, document) => read(() => selectLineage.all(ledger, document).map(({ deps, ...rest }) => ({ ...rest, deps: deps.split(' ').filter(Boolean) }))),
    refusedChanges: (ledger) => read(() => selectRefused.all(ledger).map(({ bytes, ...rest }) => ({ ...rest, bytes: plain(bytes) }))),
    knownChanges: (ledger, document, hashes) => read(() => new Set(hashes.filter((hash) => isKnown.get(ledger, document, hash) !== undefined))),
    commitLocal: (id, changes) =>
      commit(id, function* () {
        const ledger = ledgerKey(id);
        for (const change of changes) {
          const document = documentKey(ledger, change.document);
          if (!revisions.findChange(document, change.hash)) revisions.addChange(ledger, document, change, null, null);
          yield;
        }
        yield* showTouched();
        alongside(changes.flatMap((change) => change.revisions.map((revision) => revision.id)));
      }),
    nextUnsealed: (ledger, maximumBytes) =>
      read(() => {
        const oldest = oldestUnsealed.get(ledger);
        if (!oldest) return null;
        const changes = [...takeBytes(unsealedOf.iterate(oldest.key, nextSealed.get(oldest.key, oldest.change) ?? Number.MAX_SAFE_INTEGER), maximumBytes)];
        return { document: oldest.id, changes: changes.map(({ hash, bytes }) => ({ hash, bytes: plain(bytes) })) };
      }),
  };
}
