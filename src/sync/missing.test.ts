import { beforeEach, describe, expect, it } from 'vitest';
import { success } from '#domain/result.ts';
import { createMissingAnswers } from './missing.ts';

const MINUTE = 60_000;
const [ledger, other, document] = ['1'.repeat(32), '2'.repeat(32), '3'.repeat(32)];
const hashAt = (index: number): string => index.toString(16).padStart(64, '0');
const someFrom = (first: number): string[] => Array.from({ length: 64 }, (_, index) => hashAt(first + index));

let now: number;
let doubted: number;
let answer: ReturnType<typeof createMissingAnswers>;
beforeEach(() => {
  [now, doubted] = [1_000_000_000, 0];
  answer = createMissingAnswers({
    now: () => now,
    kick: () => undefined,
    store: {
      knownChanges: async (_ledger, _document, hashes) => success(new Set(hashes)),
      async commitDoubted(_ledger, _document, hashes) {
        doubted += hashes.length;
        return success(undefined);
      },
    },
  });
});

describe('what others miss', () => {
  it('is brought once more, and again only after a rest', async () => {
    for (const minutes of [0, 1, 8]) {
      now += minutes * MINUTE;
      await answer(ledger, { document, hashes: [hashAt(1)] });
    }
    expect(doubted).toBe(1);
    now += MINUTE;
    await answer(ledger, { document, hashes: [hashAt(1)] });
    expect(doubted).toBe(2);
  });

  it('is not brought on and on to who asks for all of a long history, round after round; other ledgers do not suffer', async () => {
    for (let round = 0; round < 3; round += 1) for (let first = 0; first < 12_800; first += 64) await answer(ledger, { document, hashes: someFrom(first) });
    expect(doubted).toBe(10_000);
    await answer(other, { document, hashes: someFrom(0) });
    expect(doubted).toBe(10_064);
    now += 10 * MINUTE;
    await answer(ledger, { document, hashes: someFrom(0) });
    expect(doubted).toBe(10_128);
  });
});
