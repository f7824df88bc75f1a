import type { Store } from '#sync/store.ts';
import { plain, type StoreGround } from './store.sqlite.ground.ts';

/** The membership, and what comes to count or not because of it. */
export function createRecordStore({ database, reader, revisions, ledgerKey, documentKey, showTouched, read, commit }: StoreGround): Pick<Store, 'records' | 'commitRecords'> {
  const selectRecords = reader.prepare<[string], Buffer>('SELECT record.bytes FROM ledger JOIN record ON record.ledger = ledger.key WHERE ledger.id = ? ORDER BY number').pluck();
  const countRecords = database.prepare<[number], number>('SELECT count(*) FROM record WHERE ledger = ?').pluck();
  const cutRecords = database.prepare('DELETE FROM record WHERE ledger = ? AND number >= ?');
  const addRecord = database.prepare('INSERT INTO record (ledger, number, bytes) VALUES (?, ?, ?)');
  const setDevice = database.prepare('UPDATE ledger SET device = ? WHERE key = ?');

  return {
    records: (ledger) => read(() => selectRecords.all(ledger).map(plain)),
    commitRecords: (id, device, from, records, { refused, admitted }) =>
      commit(id, function* () {
        const ledger = ledgerKey(id);
        if (from > (countRecords.get(ledger) ?? 0)) throw new RangeError('a gap between the records');
        cutRecords.run(ledger, from);
        for (const [index, bytes] of records.entries()) addRecord.run(ledger, from + index, bytes);
        setDevice.run(device, ledger);
        for (const { document, hash, reason } of refused) {
          const known = revisions.findChange(documentKey(ledger, document), hash);
          if (known) revisions.judge(ledger, known, { record: known.record, refused: reason }, []);
          yield;
        }
        for (const change of admitted) {
          const known = revisions.findChange(documentKey(ledger, change.document), change.hash);
          if (known) revisions.judge(ledger, known, { record: known.record, refused: null }, change.revisions);
          yield;
        }
        yield* showTouched();
      }),
  };
}
