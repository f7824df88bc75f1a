/** Adds entries for as long as it lives, and prints the id of each one that was acknowledged. Runs in a process that will be killed. */
import { writeSync } from 'node:fs';
import { createClient } from '#contract/client.ts';
import { newId } from './book.ts';
import { openInMemory } from './open.ts';

const [profile = '', ledger = '', me = '', bob = ''] = process.argv.slice(2);
const core = await openInMemory(profile);
const client = createClient(await core.connect());

for (;;) {
  await Promise.all(
    [1, 2, 3].map(async (amount) => {
      const entry = newId();
      const reply = await client.call('entries.add', {
        ledger, entry,
        draft: {
          kind: 'expense', date: '2026-11-20', description: 'Dinner', category: 'dining', note: '', currency: 'EUR', amount: amount * 2,
          payers: [{ person: me, amount: amount * 2 }],
          split: { mode: 'equal', parts: [{ person: me, value: 1 }, { person: bob, value: 1 }] },
        },
      });
      // Written at once, so that what was said to be safe is known even if the next instruction is the last.
      if (reply.ok) writeSync(1, `${entry}\n`);
    }),
  );
}
