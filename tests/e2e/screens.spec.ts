/** Every screen, in both languages, light and dark, empty and full: looked at by axe, and kept as a picture to be looked at by people. */
import type { Locator, Page } from '@playwright/test';
import { join } from 'node:path';
import type { Client } from '#contract/client.ts';
import { becomeContacts, disagree, joinByLink, pairDevice, setUp, startHousehold, valueOf, viewOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test, type PersonOptions } from './fixtures.ts';
import { inspect } from './inspect.ts';

interface Screen {
  name: string;
  /** From the page of the ledger, or from home where there is none. */
  open(page: Page): Promise<void>;
}

const sample = join(import.meta.dirname, '../files/splitwise/problems.csv');

const goTo = (page: Page, hash: string) => page.evaluate((to) => void (location.hash = to), hash);
const goToTab = (page: Page, tab: string) => page.evaluate((to) => void (location.hash = `${location.hash.split('/').slice(0, 3).join('/')}/${to}`), tab);
const at = (name: string, hash: string): Screen => ({ name, open: (page) => goTo(page, hash) });
const byKeys = (name: string, keys: string): Screen => ({ name, open: (page) => page.keyboard.press(keys) });
const byClick = (name: string, tab: string, find: (page: Page) => Locator): Screen => ({
  name,
  async open(page) {
    await goToTab(page, tab);
    await find(page).click();
  },
});

const PAGES = [
  at('new-ledger', '#/new'), at('join', '#/join'), at('contacts', '#/contacts'), at('import', '#/import'), at('settings', '#/settings'), at('me', '#/me'),
  at('devices', '#/devices'), at('sync', '#/sync'), at('relay-sees', '#/relay'),
];
const TABS = ['entries', 'balances', 'charts', 'people', 'members'].map((tab): Screen => ({ name: tab, open: (page) => goToTab(page, tab) }));
const importPreview: Screen = {
  name: 'import-preview',
  async open(page) {
    await goTo(page, '#/import');
    await page.locator('input[type=file]').setInputFiles(sample);
    await expect(page.getByRole('table').first()).toBeVisible();
  },
};
const claim: Screen = {
  name: 'claim',
  async open(page) {
    await goToTab(page, 'people');
    await page.getByRole('button', { name: /Actions for Chloé|对Chloé的操作/ }).click();
    await page.getByRole('menuitem', { name: /This is me|这是我/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  },
};
/** What can be done about a member, from their menu. */
const aboutBenni = (name: string, action: RegExp): Screen => ({
  name,
  async open(page) {
    await goToTab(page, 'members');
    await page.getByRole('button', { name: /Actions for Benni|对Benni的操作/ }).click();
    await page.getByRole('menuitem', { name: action }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  },
});
const inviteForm: Screen = {
  name: 'invite',
  async open(page) {
    await page.getByRole('button', { name: /^(Invite|邀请)$/ }).click();
    await expect(page.getByRole('radio', { name: /^(Editor|编辑者)$/ })).toBeFocused();
  },
};
const invitation: Screen = {
  name: 'invitation',
  async open(page) {
    await goToTab(page, 'members');
    await page.getByRole('button', { name: /^(Invite|邀请)$/ }).click();
    await page.getByRole('button', { name: /Make the invitation|生成邀请/ }).click();
    await expect(page.getByRole('img', { name: /QR code|二维码/ })).toBeVisible();
  },
};
/** The contact whose name begins so. */
const contact = (name: string, who: RegExp): Screen => ({
  name,
  async open(page) {
    await goTo(page, '#/contacts');
    await page.getByRole('main').getByRole('link', { name: who }).click();
    await expect(page.getByTestId('compare-words').getByRole('listitem')).toHaveCount(12);
  },
});
const inviteContact: Screen = {
  name: 'invite-contact',
  async open(page) {
    await goTo(page, '#/contacts');
    await page.getByRole('main').getByRole('button', { name: /Invite a contact|邀请联系人/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  },
};
const documents: Screen = {
  name: 'sync-documents',
  async open(page) {
    await goTo(page, '#/sync');
    await page.getByRole('button', { name: /^(Documents of|“)/ }).first().click();
    await expect(page.getByRole('table')).not.toHaveCount(1);
  },
};
/** A dialog that a button of a page opens. */
const byButton = (name: string, hash: string, label: RegExp, inside?: RegExp): Screen => ({
  name,
  async open(page) {
    await goTo(page, hash);
    await page.getByRole('button', { name: label }).click();
    if (inside) await page.getByRole('dialog').getByRole('button', { name: inside }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  },
});
const MINE: readonly Screen[] = [
  byButton('words-warning', '#/me', /^(Show the words|显示恢复词)$/),
  byButton('words', '#/me', /^(Show the words|显示恢复词)$/, /^(I am alone|只有我)/),
  {
    name: 'words-check',
    async open(page) {
      await byButton('', '#/me', /^(Show the words|显示恢复词)$/, /^(I am alone|只有我)/).open(page);
      await page.getByRole('button', { name: /^(I have written them down|我抄好了)$/ }).click();
    },
  },
  byButton('backup', '#/me', /^(Back up now|立即备份)$/),
  byButton('pair', '#/devices', /^(Add a device|添加设备)$/),
];
/** The ways in for those who are not new. */
const WAYS = [['way-device', /another device|另一台设备/], ['way-words', /24 words|24 个恢复词/], ['way-backup', /backup file|备份文件/]] as const;

/** Leaves its draft behind, so it comes last. */
const draftOffer: Screen = {
  name: 'draft-offer',
  async open(page) {
    await page.keyboard.press('n');
    await page.getByRole('textbox', { name: /^(Description|说明)/ }).fill('Candles');
    await page.reload();
    await expect(page.getByRole('status').filter({ hasText: 'Candles' })).toBeVisible();
  },
};
const FULL: readonly Screen[] = [
  at('today', '#/'),
  ...TABS,
  byClick('conflict', 'entries', (page) => page.getByRole('grid').getByRole('row', { name: /two versions|有两个版本/ })),
  byClick('entry', 'entries', (page) => page.getByRole('grid').getByRole('row').nth(4)),
  byKeys('entry-form', 'n'),
  byClick('explain', 'balances', (page) => page.locator('a[href*="/balances?"]').first()),
  byClick('settle', 'balances', (page) => page.getByRole('tabpanel').getByRole('listitem').getByRole('button').first()),
  inviteForm,
  byKeys('palette', 'Control+k'),
  byKeys('shortcuts', '?'),
  importPreview,
  claim,
  aboutBenni('role', /Change role|更改角色/),
  aboutBenni('hand-over', /Hand the ledger over|移交账本/),
  aboutBenni('remove', /^(Remove|移除)/),
  invitation,
  contact('contact', /Cy/),
  contact('contact-verified', /Benni/),
  inviteContact,
  ...PAGES,
  documents,
  ...MINE,
  draftOffer,
];
const EMPTY: readonly Screen[] = [at('today', '#/'), ...PAGES];

/** Back from a dialog or panel to the ledger's page. */
async function close(page: Page, ledger: string | undefined): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  if (!ledger) return;
  await goTo(page, ledger);
  // Keys act on the page that is there.
  await expect(page.getByRole('grid')).toBeVisible();
}

const WIDE = { width: 1_280, height: 820 };
const LOOKS = [
  { look: 'en-light', language: 'en', colorScheme: 'light', viewport: WIDE },
  { look: 'en-dark', language: 'en', colorScheme: 'dark', viewport: WIDE },
  { look: 'zh-light', language: 'zh-CN', colorScheme: 'light', viewport: WIDE },
  { look: 'zh-dark', language: 'zh-CN', colorScheme: 'dark', viewport: WIDE },
  // The least size a window can have.
  { look: 'en-small', language: 'en', colorScheme: 'light', viewport: { width: 900, height: 600 } },
] as const;

// Pictures of everything take their time on a busy machine.
test.describe.configure({ mode: 'parallel', timeout: 600_000 });

for (const { look, language, colorScheme, viewport } of LOOKS) {
  const options = (before?: PersonOptions['before']): PersonOptions => ({
    ...(before && { before }),
    browser: { colorScheme, locale: language, viewport, reducedMotion: 'reduce' },
  });

  test(`empty, ${look}`, async ({ person }) => {
    const pictureFolder = `${look}-empty`;
    const fresh = await person('fresh', options());
    await expect(fresh.page.getByRole('heading', { level: 1 })).toBeVisible();
    await inspect(fresh.page, pictureFolder, 'first-run');
    for (const [name, label] of WAYS) {
      await fresh.page.getByRole('button', { name: label }).click();
      await inspect(fresh.page, pictureFolder, name);
      await fresh.page.getByRole('button', { name: /^(Back|返回)$/ }).click();
    }
    const { page } = await person('Ann', options((client) => setUp(client, 'Ann', { language })));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    for (const screen of EMPTY) {
      await screen.open(page);
      await inspect(page, pictureFolder, screen.name);
    }
    const started = await person('Ben', options(async (client: Client) => {
      await setUp(client, 'Ben', { language });
      valueOf(await client.call('ledgers.create', { name: 'Flat', template: 'couple', currency: 'CNY', people: ['大伟'] }));
    }));
    await started.page.getByRole('link', { name: /Flat/ }).first().click();
    for (const screen of TABS) {
      await screen.open(started.page);
      await inspect(started.page, pictureFolder, `ledger-${screen.name}`);
    }
  });

  test(`full, ${look}`, async ({ person, relay, folder }) => {
    const { page } = await person('Ann', options((ann) => withProfile(join(folder, 'Ben'), 'Ben’s tablet', async (ben) => {
      await setUp(ann, 'Ann', { language, relay: relay.url });
      await setUp(ben, 'Ben', { relay: relay.url });
      const { ledger } = await startHousehold(ann, { name: 'Maple Street', others: ['Ben', 'Chloé', '大伟'], entries: 400 });
      await joinByLink(ann, ledger, ben, 'Ben');
      await disagree(ann, ben, ledger);
      valueOf(await ben.call('identity.update', { realName: 'Benjamin Okonkwo-Lindqvist', showRealName: true }));
      const { guest } = await becomeContacts(ann, ben);
      valueOf(await ann.call('contacts.verify', { root: guest, how: 'words', note: 'on the phone' }));
      valueOf(await ann.call('contacts.update', { root: guest, petname: 'Benni' }));
      await withProfile(join(folder, 'Cy'), 'Cy’s phone', async (cy) => {
        await setUp(cy, 'Cy', { language, relay: relay.url });
        await joinByLink(ann, ledger, cy, 'Chloé', 'viewer');
      });
      await viewOf(ann, 'contacts.list', {}, (contacts) => contacts.some(({ root, realName }) => root === guest && realName !== null));
      valueOf(await ann.call('identity.update', { realName: 'Ann Example-Müller' }));
      await withProfile(join(folder, 'tablet'), 'Ann’s tablet', (tablet) => pairDevice(ann, tablet));
      const tablet = (await viewOf(ann, 'devices.list', {}, (devices) => devices.length === 2)).find(({ mine }) => !mine);
      await withProfile(join(folder, 'phone'), 'Old phone', (phone) => pairDevice(ann, phone));
      const phone = (await viewOf(ann, 'devices.list', {}, (devices) => devices.length === 3)).find(({ mine, device }) => !mine && device !== tablet?.device);
      valueOf(await ann.call('devices.revoke', { device: phone?.device ?? '' }));
    })));
    await page.getByRole('link', { name: /Maple Street/ }).first().click();
    await expect(page.getByRole('grid')).toBeVisible();
    const ledger = new URL(page.url()).hash;
    for (const screen of FULL) {
      await screen.open(page);
      await inspect(page, `${look}-full`, screen.name);
      await close(page, ledger);
    }
    // Somebody who only looks on, and who is out.
    const { page: viewer } = await person('Cy', options());
    await viewer.getByRole('link', { name: /Maple Street/ }).first().click();
    await expect(viewer.getByRole('grid')).toBeVisible();
    for (const screen of [TABS[0], TABS[1], TABS[4]]) {
      await screen?.open(viewer);
      await inspect(viewer, `${look}-full`, `viewer-${screen?.name}`);
    }
    await goToTab(page, 'members');
    await page.getByRole('button', { name: /Actions for Cy|对Cy的操作/ }).click();
    await page.getByRole('menuitem', { name: /^(Remove|移除)/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: /^(Remove Cy|移除Cy)$/ }).click();
    await expect(viewer.locator('[data-barred=removed]')).toBeVisible();
    await goToTab(viewer, 'entries');
    await inspect(viewer, `${look}-full`, 'removed');
    await goTo(viewer, '#/');
    await inspect(viewer, `${look}-full`, 'removed-today');
  });
}
