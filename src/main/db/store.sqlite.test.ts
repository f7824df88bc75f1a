import { storeSuite, type OpenedStore } from '#sync/store.suite.ts';
import { payloadToRevision } from './payload.ts';
import { openStore } from './store.fixture.ts';

async function openFor(folder?: string): Promise<OpenedStore> {
  const { store, reader, close, remove, folder: path } = openStore(folder);
  const payloads = reader.prepare<[string], string>('SELECT payload FROM revision JOIN ledger ON ledger.key = revision.ledger WHERE ledger.id = ?').pluck();
  return {
    store,
    revisions: (ledger) => payloads.all(ledger).map(payloadToRevision),
    quarantined: (ledger) =>
      reader.prepare<[string], { kept: number; size: number }>(
        `SELECT length(bytes) AS kept, coalesce(size, length(bytes)) AS size FROM frame JOIN document ON document.key = frame.document
         JOIN ledger ON ledger.key = document.ledger WHERE ledger.id = ? AND state = 'quarantined' ORDER BY frame.key`,
      ).all(ledger),
    async reopen() {
      close();
      return openFor(path);
    },
    close: remove,
  };
}

storeSuite('SQLite', () => openFor());
