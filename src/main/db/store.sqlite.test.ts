import { storeSuite, type OpenedStore } from '#sync/store.suite.ts';
import { payloadToRevision } from './payload.ts';
import { openStore } from './store.fixture.ts';

async function openFor(folder?: string): Promise<OpenedStore> {
  const { store, reader, close, remove, folder: path } = openStore(folder);
  const payloads = reader.prepare<[string], string>('SELECT payload FROM revision JOIN ledger ON ledger.key = revision.ledger WHERE ledger.id = ?').pluck();
  return {
    store,
    revisions: (ledger) => payloads.all(ledger).map(payloadToRevision),
    async reopen() {
      close();
      return openFor(path);
    },
    close: remove,
  };
}

storeSuite('SQLite', () => openFor());
