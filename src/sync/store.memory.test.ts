import type { MemoryState } from './memory-ledger.ts';
import { createMemoryStore } from './store.memory.ts';
import { storeSuite, type OpenedStore } from './store.suite.ts';

function openMemory(state: MemoryState): OpenedStore {
  const store = createMemoryStore(state);
  return {
    store,
    revisions: store.revisions,
    quarantined: (ledger) =>
      (state.get(ledger)?.order ?? []).filter((frame) => frame.state === 'quarantined').map(({ bytes, size }) => ({ kept: bytes.length, size })),
    reopen: async () => openMemory(structuredClone(state)),
    close: () => {},
  };
}
storeSuite('memory', async () => openMemory(new Map()));
