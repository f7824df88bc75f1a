import { randomBytes } from 'node:crypto';
import { nameRevision } from '../src/sync/revision-id.ts';
import { createRandom } from '../tests/household.ts';
import { withEngine } from '../tests/contract/company.ts';

const WORDS = ['who', 'pays', 'for', 'dinner', 'the', 'rent', 'tomorrow', 'market', 'cat', 'food', 'fine', 'see', 'you', 'at', 'seven', '晚饭', '谁付', '明天见', '好的', 'https://example.com/a/long/path?that=wraps'];
const MINUTE = 60_000;

/** A chat of so many messages, as it lies on the disk after some years: written past the contract, because one by one would take minutes. */
export async function fillChat(profile: string, ledger: string, messages: number): Promise<void> {
  const random = createRandom(7);
  const sentence = (): string => Array.from({ length: 1 + Math.floor(random() ** 3 * 40) }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
  await withEngine(profile, async ({ ground: { repo, self, queries } }) => {
    const row = queries.ledgers.find(ledger);
    if (!row?.me) throw new Error('nobody is in the ledger');
    const { deviceId: device } = await self.pseudonym(ledger);
    const began = Date.now() - messages * 53 * MINUTE;
    let after: string | null = null;
    const revisions = Array.from({ length: messages }, (_, index) => {
      const text = index % 100 === 99 ? Array.from({ length: 30 }, sentence).join('\n') : sentence();
      const body = { about: null, after, content: { kind: 'text' as const, text } };
      const revision = nameRevision({ type: 'message', of: randomBytes(16).toString('hex'), prev: [], at: began + index * 53 * MINUTE, by: row.me ?? '', device, body });
      after = revision.id;
      return revision;
    });
    const written = await repo.write(ledger, revisions);
    if (!written.ok) throw new Error(written.code);
  });
}
