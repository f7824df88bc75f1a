import type { DeviceId, LedgerId } from '#domain/ids.ts';
import type { Store } from '#sync/store.ts';
import { resetLog } from './store.sqlite.frames.ts';
import { plain, type StoreGround } from './store.sqlite.ground.ts';

type Judged = Parameters<Store['commitRecords']>[4];

/** The membership, and what comes to count or not because of it. */
export function createRecordStore(
  { database, reader, revisions, alongside, ledgerKey, documentKey, showTouched, read, commit }: StoreGround,
): Pick<Store, 'records' | 'commitRecords' | 'commitOtherLine'> {
  const selectRecords = reader.prepare<[string], Buffer>('SELECT record.bytes FROM ledger JOIN record ON record.ledger = ledger.key WHERE ledger.id = ? ORDER BY number').pluck();
  const countRecords = database.prepare<[number], number>('SELECT count(*) FROM record WHERE ledger = ?').pluck();
  const cutRecords = database.prepare('DELETE FROM record WHERE ledger = ? AND number >= ?');
  const addRecord = database.prepare('INSERT INTO record (ledger, number, bytes) VALUES (?, ?, ?)');
  const setDevice = database.prepare('UPDATE ledger SET device = ? WHERE key = ?');

  function* replace(id: LedgerId, device: DeviceId, from: number, records: readonly Uint8Array[], { refused, admitted }: Judged): Generator<void> {
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
  }

  /** Changes that were sealed under records from number `from` on are sealed no more, and quarantined frames are forgotten. */
  function unsealFrom(ledger: number, from: number): void {
    const mine = 'document IN (SELECT key FROM document WHERE ledger = ?)';
    const frames = database
      .prepare<[number, number], number>(
        `SELECT frame FROM change WHERE ${mine} AND frame IS NOT NULL GROUP BY frame HAVING min(coalesce(record, 0)) >= ?`,
      ).pluck().all(ledger, from);
    database.prepare(`UPDATE change SET frame = NULL, record = NULL WHERE ${mine} AND record >= ?`).run(ledger, from);
    const removeFrame = database.prepare('DELETE FROM frame WHERE key = ?');
    for (const frame of frames) removeFrame.run(frame);
    database.prepare(`DELETE FROM frame WHERE ${mine} AND state = 'quarantined'`).run(ledger);
    database.prepare('UPDATE ledger SET quarantined_bytes = 0 WHERE key = ?').run(ledger);
  }

  return {
    records: (ledger) => read(() => selectRecords.all(ledger).map(plain)),
    commitRecords: (id, device, from, records, changes) =>
      commit(id, function* () {
        yield* replace(id, device, from, records, changes);
        yield* showTouched();
      }),
    commitOtherLine: (id, device, from, records, { made, ...changes }) =>
      commit(id, function* () {
        const ledger = ledgerKey(id);
        unsealFrom(ledger, from);
        yield* replace(id, device, from, records, changes);
        for (const change of made) {
          revisions.addChange(ledger, documentKey(ledger, change.document), change, null, null);
          yield;
        }
        resetLog(database, ledger, null);
        yield* showTouched();
        alongside(made.flatMap((change) => change.revisions.map((revision) => revision.id)));
      }),
  };
}
