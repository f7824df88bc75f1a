/** Chats in both languages, light and dark, empty and full, as wide as usual and as small as a window gets: looked at by axe, and kept as pictures. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '#contract/client.ts';
import { becomeContacts, joinByLink, setUp, startHousehold, untilSame, valueOf, viewOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test, type PersonOptions } from './fixtures.ts';
import { inspect, LOOKS } from './inspect.ts';

const WORDS = [
  ['ann', 'The landlord was here. He wants to read the meter on Monday, between eight and noon.'],
  ['ben', 'I can be at home then'],
  ['ben', 'Where is the key to the cellar?'],
  ['ann', '在抽屉里，左边第二个。'],
  ['ben', 'Found it 🔑'],
  ['ann', 'השכירות עולה ב־20 החל מינואר'],
  ['ann', 'Here is what the house says: https://example.org/notices/2026/meters?flat=12 and the form is at https://аррӏе.com/form'],
  ['ben', '<b>Not bold</b> and <script>alert(1)</script>'],
  ['ben', `A word as long as this: ${'Donaudampfschifffahrtsgesellschaft'.repeat(5)}`],
] as const;

test.describe.configure({ mode: 'parallel', timeout: 300_000 });

for (const { look, language, colorScheme, viewport } of LOOKS) {
  const options = (before?: PersonOptions['before']): PersonOptions => ({ ...(before && { before }), browser: { colorScheme, locale: language, viewport, reducedMotion: 'reduce' } });

  test(`chats, ${look}`, async ({ person, relay, folder }) => {
    const say = async (client: Client, ledger: string, text: string, about: string | null = null) =>
      valueOf(await client.call('chat.send', { ledger, about, message: randomBytes(16).toString('hex'), text }));
    const empty = await person('Cy', options((client) => setUp(client, 'Cy', { language })));
    await empty.page.getByRole('navigation').getByRole('link', { name: /^(Chats|聊天)/ }).click();
    await expect(empty.page.getByRole('heading', { level: 2 })).toBeVisible();
    await inspect(empty.page, `${look}-empty`, 'chats');

    const { page } = await person('Ann', options((ann) => withProfile(join(folder, 'Ben'), 'Ben’s tablet', async (ben) => {
      await setUp(ann, 'Ann', { language, relay: relay.url });
      await setUp(ben, 'Ben', { relay: relay.url });
      const { ledger } = await startHousehold(ann, { name: 'Maple Street', others: ['Ben', 'Chloé', '大伟'], entries: 30 });
      await startHousehold(ann, { name: 'Lisbon', others: ['Zoe'], entries: 3 });
      await joinByLink(ann, ledger, ben, 'Ben');
      await becomeContacts(ann, ben);
      for (const [who, text] of WORDS) {
        await say(who === 'ann' ? ann : ben, ledger, text);
        await untilSame(ann, ben, ledger);
      }
      const [entry] = (await viewOf(ann, 'entries.page', { ledger, offset: 2, limit: 1 })).rows;
      await say(ben, ledger, 'Was this with the deposit for the bottles?', entry?.id ?? null);
      await untilSame(ann, ben, ledger);
      await say(ann, ledger, 'No, that is still in the kitchen.', entry?.id ?? null);
      const direct = (await viewOf(ben, 'contacts.list', {}, (contacts) => contacts.some((one) => one.ledger !== null))).find((one) => one.ledger !== null)?.ledger ?? '';
      await say(ben, direct, 'Do you have a minute tonight?');
      await viewOf(ann, 'chat.list', {}, (chats) => chats.some((chat) => chat.ledger === direct && chat.unread === 1));
    })));
    const folderName = `${look}-full`;
    const main = page.getByRole('main');
    await page.getByRole('navigation').getByRole('link', { name: /^(Chats|聊天)/ }).click();
    await expect(main.getByRole('link', { name: /^Ben/ })).toBeVisible();
    await inspect(page, folderName, 'chats');
    await main.getByRole('link', { name: /Maple Street/ }).click();
    await expect(page.getByTestId('unread-line')).toBeVisible();
    await inspect(page, folderName, 'chat');
    // Somebody without a relay for a while: what is written waits.
    await relay.stop();
    await page.getByRole('textbox').fill('Then I will wait for him');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Then I will wait for him').first()).toBeVisible();
    await page.getByRole('textbox').fill('z'.repeat(8_200));
    await expect(page.getByRole('alert')).toBeVisible();
    await inspect(page, folderName, 'chat-waiting-and-too-long');
    await page.getByRole('textbox').fill('');
    await page.getByTestId('messages').getByRole('button').nth(1).click();
    await expect(page.getByTestId('link-host')).toBeVisible();
    await inspect(page, folderName, 'chat-link');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('textbox').or(page.getByRole('dialog').getByRole('combobox')).first().fill('deposit');
    const found = page.getByRole('dialog').getByText('Was this with the deposit');
    await expect(found).toBeVisible();
    await inspect(page, folderName, 'palette-messages');
    await found.click();
    await expect(page.getByTestId('messages').locator('[aria-current]')).toBeInViewport();
    await inspect(page, folderName, 'entry-thread');
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: /Chat|聊天/ }).click();
    await expect(page.getByTestId('messages')).toBeVisible();
    await inspect(page, folderName, 'ledger-chat');
    await page.evaluate(() => void (location.hash = '#/contacts'));
    await main.getByRole('link', { name: /Ben/ }).click();
    await main.getByRole('link', { name: /^(Message|发消息)$/ }).click();
    await expect(page.getByTestId('messages')).toBeVisible();
    await inspect(page, folderName, 'chat-direct');
  });
}
