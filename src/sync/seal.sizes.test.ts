/** What the length of a frame tells about the entry in it: ADR 18. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EntryBody } from '#domain/entry.ts';
import type { LedgerAccess } from './access.ts';
import { bytesToHex } from './protocol/bytes.ts';
import { parseFrame } from './protocol/frames.ts';
import { createRepo } from './repo.ts';
import { nameRevision } from './revision-id.ts';
import { newMachine, randomBytes, sampleLedger } from './sample.access.ts';
import { sealFrame } from './seal.ts';
import { createMemoryStore } from './store.memory.ts';

const TAG_BYTES = 16;
/** Ids are random in life: made-up ones would be packed better than real ones. */
const newId = (): string => bytesToHex(randomBytes(16));
let access: LedgerAccess;

beforeAll(async () => {
  const book = await sampleLedger();
  access = await book.access(await book.join(await book.invite(book.owner), await newMachine('Bo')));
});

interface Sized {
  amount: number;
  people: number;
  note: string;
  description?: string;
  replaces?: number;
}

/** The length of the sealed content of a frame with one entry in it. */
async function measure({ amount, people, note, description = 'Dinner', replaces = 0 }: Sized): Promise<number> {
  const store = createMemoryStore();
  const { ledger, device: { deviceId } } = access;
  const repo = createRepo({ store, deviceIn: async () => deviceId, randomBytes, newId });
  const everybody = Array.from({ length: people }, newId);
  const part = Math.floor(amount / people);
  const body: EntryBody = {
    kind: 'expense', date: '2026-11-20', description, category: 'dining', note, currency: 'EUR', amount, state: 'active',
    payers: [{ person: everybody[0] ?? '', amount }],
    split: { mode: 'equal', parts: everybody.map((person) => ({ person, value: 1 })) },
    shares: everybody.map((person, index) => ({ person, amount: index === 0 ? amount - part * (people - 1) : part })),
  };
  const entry = nameRevision({ type: 'entry', of: newId(), prev: Array.from({ length: replaces }, newId), at: Date.now(), by: everybody[0] ?? '', device: deviceId, body });
  await repo.write(ledger, [entry]);
  const unsealed = await store.nextUnsealed(ledger, 1_000_000);
  if (!unsealed.ok || !unsealed.value) throw new Error('nothing was written');
  const sealed = await sealFrame({ access, randomBytes }, unsealed.value.document, unsealed.value.changes.map(({ bytes }) => bytes));
  const parsed = sealed.ok ? parseFrame(sealed.value.bytes) : sealed;
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.value.ciphertext.length - TAG_BYTES;
}

/** Text that packs worse than what people write. */
const textUpTo = (maximum: number) => fc.string({ unit: 'grapheme-ascii', maxLength: maximum, size: 'max' }).map((text) => text.trim());

describe('the length of a frame with one entry', () => {
  it('is the same for every amount from 0.01 to 999 999.99, up to five people, and what is written short', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ amount: fc.integer({ min: 1, max: 99_999_999 }), people: fc.integer({ min: 1, max: 5 }), note: textUpTo(160), description: textUpTo(40), replaces: fc.nat(2) }),
        async (entry) => {
          expect(await measure(entry)).toBe(1_024);
        },
      ),
      { numRuns: 300, examples: [[{ amount: 1, people: 2, note: '', description: '', replaces: 0 }], [{ amount: 99_999_999, people: 5, note: '', description: 'Dinner', replaces: 2 }]] },
    );
  });

  it('is one of three for the longest notes and twenty people', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.record({ amount: fc.integer({ min: 1, max: 10 ** 13 }), people: fc.integer({ min: 1, max: 20 }), note: textUpTo(2_000) }), async (entry) => {
        seen.add(await measure(entry));
      }),
      { numRuns: 100, examples: [[{ amount: 1, people: 2, note: '' }], [{ amount: 10 ** 13, people: 20, note: '§'.repeat(2_000) }]] },
    );
    for (const length of seen) expect([1_024, 2_048, 4_096]).toContain(length);
    expect(seen.size).toBeGreaterThan(1);
  });
});
