/** What somebody is told whose device was not given the present key of a ledger. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '#contract/client.ts';
import { ownKey, type LedgerAccess } from '#sync/access.ts';
import { openInviteKeys } from '#sync/identity/invite-key.ts';
import { openDeviceKey } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { makeEpoch, makeInvite, makeJoin } from '#sync/records.ts';
import { withEngine } from '#tests/contract/company.ts';
import { joinByLink, setUp, valueOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test } from './fixtures.ts';
import { inspect } from './inspect.ts';

const LOOKS = [
  { look: 'en-light', locale: 'en', colorScheme: 'light', words: { title: 'This device does not have the present key', members: 'See the members', record: 'New entry' } },
  { look: 'zh-dark', locale: 'zh-CN', colorScheme: 'dark', words: { title: '这台设备没有当前的密钥', members: '查看成员', record: '记一笔' } },
] as const;

const ownCard = (access: LedgerAccess) => {
  const card = access.cards.get(ownKey(access));
  if (!card) throw new Error('a device knows its own card');
  return card;
};

/**
 * Ben's program is not ours: it lets in somebody whose card does not hold, so that nobody else can begin an epoch for all, and
 * begins one whose key it gives to nobody but itself.
 */
async function keepKey(profile: string, ledger: string): Promise<void> {
  const { access: invite, agreement } = await openInviteKeys(randomBytes(32));
  const planted = bytesToHex((await openDeviceKey(randomBytes(32))).publicKey);
  const terms = { key: bytesToHex(invite.publicKey), agreement: agreement.publicHex, role: 'editor', uses: 1, expires: Date.now() + 60_000, history: 'start' } as const;
  const steps: ((access: LedgerAccess) => Promise<Uint8Array>)[] = [
    (access) => makeInvite(access, terms, randomBytes),
    (access) => makeJoin(access, invite, 'ab'.repeat(8), [{ key: planted, card: ownCard(access) }], randomBytes),
    (access) => makeEpoch({ ...access, cards: new Map([[ownKey(access), ownCard(access)]]) }, [], randomBytes),
  ];
  await withEngine(profile, async ({ ground: { link } }) => {
    await link.follow();
    for (const step of steps) {
      const appended = await link.appendRecord(ledger, async (access) => ({ ok: true, value: await step(access) }));
      if (!appended.ok) throw new Error(appended.code);
    }
  });
}

for (const { look, locale, colorScheme, words } of LOOKS) {
  test(`whoever was kept from the key is told so as soon as they write, and where to go (${look})`, async ({ person, relay, folder }) => {
    const { page } = await person('Ann', {
      browser: { locale, colorScheme },
      async before(ann: Client) {
        await setUp(ann, 'Ann', { relay: relay.url, language: locale });
        const { ledger } = valueOf(await ann.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] }));
        await withProfile(join(folder, 'Ben'), 'Ben', async (ben) => {
          await setUp(ben, 'Ben', { relay: relay.url });
          await joinByLink(ann, ledger, ben, 'Ben', 'admin');
        });
        await keepKey(join(folder, 'Ben'), ledger);
      },
    });
    await page.getByRole('navigation').getByRole('link', { name: 'Flat' }).click();
    await page.getByRole('button', { name: new RegExp(`^${words.record}`) }).first().click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: /^(Description|说明)/ }).fill('Rent');
    await form.getByRole('textbox', { name: /^(Amount|金额)/ }).fill('900');
    await form.getByRole('button', { name: /Save and close|保存并关闭/ }).click();
    const banner = page.getByRole('alert').filter({ hasText: words.title });
    await expect(banner).toBeVisible();
    await inspect(page, 'membership', `${look}-key-missing`);
    await banner.getByRole('link', { name: words.members }).click();
    await expect(page.getByRole('tab', { name: /Members|成员/ })).toHaveAttribute('aria-selected', 'true');
  });
}
