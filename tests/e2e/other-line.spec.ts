/** What somebody is told, and can do, where the relay shows another list of members, or does not know this device. */
import { join } from 'node:path';
import type { Client } from '#contract/client.ts';
import { joinByLink, setUp, untilSame, valueOf, viewOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test } from './fixtures.ts';
import { inspect } from './inspect.ts';
import type { TestRelay } from './relay.ts';
import { entryRow, syncChip, tabTo } from './steps.ts';

const LOOKS = [
  { look: 'en-light', locale: 'en', colorScheme: 'light' },
  { look: 'zh-dark', locale: 'zh-CN', colorScheme: 'dark' },
] as const;

const write = async (client: Client, ledger: string, description: string, amount: number): Promise<void> => {
  const { me, persons } = (await viewOf(client, 'ledgers.get', { ledger }, (view) => view?.me != null))!;
  const [payer, ids] = [me ?? '', persons.map(({ id }) => id)];
  valueOf(await client.call('entries.add', {
    ledger, entry: crypto.randomUUID().replaceAll('-', ''),
    draft: { kind: 'expense', date: '2026-03-01', currency: 'EUR', amount, description, category: 'household', note: '', payers: [{ person: payer, amount }],
      split: { mode: 'equal', parts: ids.map((person) => ({ person, value: 1 })) },
    },
  }));
};
const untilSent = (client: Client, ledger: string) => viewOf(client, 'ledgers.get', { ledger }, (view) => view?.waiting === 0);

/** The relay is set back to before Cy came in and wrote, and Ben, an admin who knew nothing of that, changes the key there. */
const forkWith = (relay: TestRelay, folder: string, language: 'en' | 'zh-CN') => async (ann: Client): Promise<void> => {
  await setUp(ann, 'Ann', { relay: relay.url, language });
  const { ledger } = valueOf(await ann.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben', 'Cy'] }));
  await write(ann, ledger, 'Rent', 90_000);
  await withProfile(join(folder, 'Ben'), 'Ben', async (ben) => {
    await setUp(ben, 'Ben', { relay: relay.url });
    await joinByLink(ann, ledger, ben, 'Ben', 'admin');
  });
  const restore = await relay.backUp();
  await withProfile(join(folder, 'Cy'), 'Cy', async (cy) => {
    await setUp(cy, 'Cy', { relay: relay.url });
    await joinByLink(ann, ledger, cy, 'Cy');
    await write(cy, ledger, 'Plants', 3_000);
    await untilSame(ann, cy, ledger);
  });
  await write(ann, ledger, 'Curtains', 8_000);
  await untilSent(ann, ledger);
  valueOf(await ann.call('sync.setPaused', { paused: true }));
  await restore();
  await withProfile(join(folder, 'Ben'), 'Ben', async (ben) => {
    await viewOf(ben, 'sync.state', {}, ({ connection }) => connection === 'online');
    valueOf(await ben.call('members.changeKey', { ledger }));
    await write(ben, ledger, 'Broom', 1_200);
    await untilSent(ben, ledger);
  });
  valueOf(await ann.call('sync.setPaused', { paused: false }));
};

for (const { look, locale, colorScheme } of LOOKS) {
  const is = (english: RegExp | string, chinese: RegExp | string) => (locale === 'zh-CN' ? chinese : english);

  test(`another list of members is told plainly, compared, and followed by keyboard (${look})`, async ({ person, relay, folder }) => {
    const { page } = await person('Ann', { before: forkWith(relay, folder, locale), browser: { locale, colorScheme } });
    await page.getByRole('navigation').getByRole('link', { name: 'Flat' }).click();
    const banner = page.getByRole('alert').filter({ hasText: is('The list of members does not fit', '成员名单对不上') });
    await expect(banner).toBeVisible();
    await inspect(page, 'membership', `${look}-forked`);
    const compare = banner.getByRole('button', { name: is('Compare with the relay…', '与中继比较…') });
    await tabTo(page, compare, 60);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(is(/Ann \(me\) · Owner.*Ben · Admin/, /Ann（?.*所有者.*Ben · 管理员/));
    await expect(dialog.getByRole('region', { name: is('Only this device knows', '只有本设备知道') })).toContainText(is('Cy came in', 'Cy加入'));
    await inspect(page, 'membership', `${look}-compare`);
    await page.keyboard.press('Escape');
    await expect(banner).toBeVisible();

    await syncChip(page).click();
    await inspect(page, 'membership', `${look}-forked-sync`);
    await page.getByRole('button', { name: is('Compare with the relay…', '与中继比较…') }).click();
    await dialog.getByRole('button', { name: is('Follow the relay', '跟随中继') }).click();
    await expect(dialog).toBeHidden();
    await page.getByRole('navigation').getByRole('link', { name: 'Flat' }).click();
    for (const own of ['Rent', 'Curtains', 'Broom']) await expect(entryRow(page, own)).toBeVisible();
    await expect(banner).toHaveCount(0);
    await expect(entryRow(page, 'Plants')).toHaveCount(0);
    await page.getByRole('tab', { name: is('Members', '成员') }).click();
    await expect(page.getByRole('region', { name: is('Refused changes', '被拒绝的改动') })).toContainText('Plants');
    await inspect(page, 'membership', `${look}-followed`);
  });
}
