/** What is said calmly: that the 24 words are on no paper, that an entry was written in another's name, that a relay does not know a device. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '#contract/client.ts';
import { joinByLink, setUp, startHousehold, valueOf, viewOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test } from './fixtures.ts';
import { inspect } from './inspect.ts';
import { entryRow } from './steps.ts';

/** Ben says that he is Ann in the book, and writes an entry so. */
async function writeAsAnn(ben: Client, ledger: string): Promise<void> {
  const { persons } = (await viewOf(ben, 'ledgers.get', { ledger }, (view) => view?.me != null))!;
  const person = persons.find(({ name }) => name === 'Ann')?.id ?? '';
  valueOf(await ben.call('people.claim', { ledger, person }));
  valueOf(await ben.call('entries.add', {
    ledger, entry: crypto.randomUUID().replaceAll('-', ''),
    draft: {
      kind: 'expense', date: '2026-03-01', currency: 'EUR', amount: 4_000, description: 'Gift', category: 'household', note: '', payers: [{ person, amount: 4_000 }],
      split: { mode: 'equal', parts: persons.map(({ id }) => ({ person: id, value: 1 })) },
    },
  }));
  await viewOf(ben, 'ledgers.get', { ledger }, (view) => view?.waiting === 0);
}

/** A backup of Ann's comes to a new machine whose relay is away: nobody can let it in yet. */
async function comeBack(client: Client, folder: string, relay: { url: string; stop(): Promise<void> }, language: 'en' | 'zh-CN'): Promise<void> {
  const path = await withProfile(join(folder, 'Old'), 'Old laptop', async (old) => {
    await setUp(old, 'Ann', { relay: relay.url });
    await startHousehold(old, { name: 'Flat', others: ['Ben'] });
    await viewOf(old, 'sync.state', {}, ({ waiting, connection }) => waiting === 0 && connection === 'online');
    return valueOf(await old.call('files.backUp', { folder, passphrase: 'correct horse battery' })).path;
  });
  await relay.stop();
  const bytes = readFileSync(path);
  let file: string | null = null;
  for (let from = 0; from < bytes.length; from += 100_000) {
    const sent: { file: string } = valueOf(await client.call('files.upload', { file, piece: bytes.subarray(from, from + 100_000).toString('base64') }));
    file = sent.file;
  }
  valueOf(await client.call('files.restore', { file: file ?? '', passphrase: 'correct horse battery', phrase: null, language }));
}

const LOOKS = [
  { look: 'en-light', locale: 'en', colorScheme: 'light' },
  { look: 'zh-dark', locale: 'zh-CN', colorScheme: 'dark' },
] as const;

for (const { look, locale, colorScheme } of LOOKS) {
  const is = (english: string, chinese: string) => (locale === 'zh-CN' ? chinese : english);

  test(`today reminds of the words, keeps quiet when put off, and after they are written (${look})`, async ({ person }) => {
    const { page } = await person('Ann', {
      browser: { locale, colorScheme },
      async before(client) {
        await setUp(client, 'Ann', { language: locale });
        await startHousehold(client, { name: 'Flat', others: ['Ben'] });
      },
    });
    const reminder = page.getByRole('region', { name: is('Your 24 words are on no paper yet.', '你的 24 个词还没抄在纸上。') });
    await expect(reminder).toBeVisible();
    await inspect(page, 'membership', `${look}-reminder`);
    await reminder.getByRole('button', { name: is('Not this week', '这周先不') }).click();
    await expect(reminder).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole('heading', { name: is('Your ledgers', '我的账本') })).toBeVisible();
    await expect(reminder).toHaveCount(0);
    await page.clock.install({ time: Date.now() + 8 * 86_400_000 });
    await page.reload();
    await expect(reminder).toBeVisible();
    await reminder.getByRole('link', { name: is('Write them down', '去抄写') }).click();
    await expect(page.getByRole('heading', { name: is('Recovery words', '恢复词') })).toBeVisible();
  });

  test(`an entry in another’s name says who wrote it (${look})`, async ({ person, relay, folder }) => {
    const { page } = await person('Ann', {
      browser: { locale, colorScheme },
      async before(ann) {
        await setUp(ann, 'Ann', { relay: relay.url, language: locale });
        const { ledger } = valueOf(await ann.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] }));
        await withProfile(join(folder, 'Ben'), 'Ben', async (ben) => {
          await setUp(ben, 'Ben', { relay: relay.url });
          await joinByLink(ann, ledger, ben, 'Ben');
          await writeAsAnn(ben, ledger);
        });
      },
    });
    await page.getByRole('navigation').getByRole('link', { name: 'Flat' }).click();
    await entryRow(page, 'Gift').click();
    await expect(page.getByText(is('written by Ben in the name of Ann', '由Ben以Ann的名义写入'))).toBeVisible();
    await inspect(page, 'membership', `${look}-in-anothers-name`);
  });

  test(`a device that the relay does not know is told so, and what it can do (${look})`, async ({ person, relay, folder }) => {
    const { page } = await person('New', { browser: { locale, colorScheme }, before: (client) => comeBack(client, folder, relay, locale) });
    await page.getByRole('navigation').getByRole('link', { name: 'Flat' }).click();
    const banner = page.getByRole('alert').filter({ hasText: is('The relay does not know this device here', '中继不认识这台设备') });
    await expect(banner).toBeVisible();
    await expect(page.getByRole('grid')).toBeVisible();
    await inspect(page, 'membership', `${look}-not-member`);
  });
}
