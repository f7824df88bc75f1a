/** Charges a tab by tap, and dies as a power cut would have it as soon as it sees what it was told to look for. Prints what it saw. */
import { writeSync } from 'node:fs';
import { createClient } from '#contract/client.ts';
import { openInMemory } from './open.ts';
import { arm, createTestReader, issueCard } from './shop.ts';

const [profile = '', shop = '', tab = '', transaction = '', moment = ''] = process.argv.slice(2);
const reader = createTestReader();
const core = await openInMemory(profile, reader.lent);
const client = createClient(await core.connect());
const card = await issueCard(client, reader, shop, tab);

function see(what: string): void {
  // Written at once: the next instruction may be the last.
  writeSync(1, `${what}\n`);
  if (what === moment) process.kill(process.pid, 'SIGKILL');
}
// Asked first, so it is told first: that the sale is committed, and nobody has been given the verdict.
client.watch('entries.page', { ledger: tab, offset: 0, limit: 10, filter: { kind: 'expense' } }, ({ total }) => total > 0 && see('committed'), () => see('failed'));
client.watch('till.state', { shop }, ({ phase }) => see(phase), () => see('failed'));
await arm(client, shop, 300, transaction);
reader.reader.place(card);
