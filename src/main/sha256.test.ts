import { expect, it } from 'vitest';
import { createRepo } from '#sync/repo.ts';
import { sampleEntry, sampleId } from '#sync/sample.ts';
import { createMemoryStore } from '#sync/store.memory.ts';
import type { StoredChange } from '#sync/store.ts';
import { sha256 } from './sha256.ts';

async function writeChanges(options: { sha256?: typeof sha256 }): Promise<StoredChange[]> {
  const store = createMemoryStore();
  const written: StoredChange[] = [];
  const repo = createRepo({
    ...options,
    store: {
      ...store,
      commitLocal(ledger, changes) {
        written.push(...changes);
        return store.commitLocal(ledger, changes);
      },
    },
    deviceIn: async () => sampleId('device'), randomBytes: (length) => new Uint8Array(length), newId: () => sampleId('document'),
  });
  for (const count of [1, 2, 300]) {
    const done = await repo.write(sampleId('ledger'), Array.from({ length: count }, (_, index) => sampleEntry(`${count}, ${index}`)));
    expect(done.ok).toBe(true);
  }
  return written;
}

it('gives a change the hash that Automerge knows it by, whether it is small or large', async () => {
  const ours = await writeChanges({ sha256 });
  expect(ours.length).toBeGreaterThan(3);
  // Without it Automerge itself is asked. Each change names the one before, so that a wrong hash would change the next one's bytes.
  expect(ours).toEqual(await writeChanges({}));
});
