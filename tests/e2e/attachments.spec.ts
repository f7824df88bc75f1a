/** Photos and PDFs on an entry: attached while writing it or later, seen by the other, refused with words. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import type { Client } from '#contract/client.ts';
import { joinByLink, setUp, valueOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test } from './fixtures.ts';
import { entryPanel, entryRow } from './steps.ts';

/** A real picture: a square of one colour (PNG, ISO/IEC 15948). */
function square(pixels: number, [red, green, blue]: readonly [number, number, number]): Buffer {
  const chunk = (type: string, content: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(type), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(pixels, 0);
  size.writeUInt32BE(pixels, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: pixels }, () => [red, green, blue]).flat())]);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', size), chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: pixels }, () => row)))), chunk('IEND', Buffer.alloc(0))]);
}
const RECEIPT = { name: 'receipt.png', mimeType: 'image/png', buffer: square(64, [20, 120, 90]) };
const WARRANTY = { name: 'warranty.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') };
const PAGE = { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from('<html><script>alert(1)</script></html>') };

const withBen = (relay: string, folder: string) => (ann: Client): Promise<void> =>
  withProfile(join(folder, 'Ben'), 'Ben', async (ben) => {
    await setUp(ann, 'Ann', { relay });
    const { ledger } = valueOf(await ann.call('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] }));
    await setUp(ben, 'Ben', { relay });
    await joinByLink(ann, ledger, ben, 'Ben');
  });
const openFlat = (page: Page) => page.getByRole('navigation').getByRole('link', { name: 'Flat' }).click();
const files = (page: Page) => entryPanel(page).getByRole('region', { name: 'Files' });
const expectAxe = async (page: Page) =>
  expect((await new AxeBuilder({ page }).analyze()).violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);

test('a receipt goes with the entry, the other sees it, and what is no picture is refused with words', async ({ person, relay, folder }) => {
  const ann = await person('Ann', { before: withBen(relay.url, folder) });
  await openFlat(ann.page);
  await ann.page.getByRole('button', { name: /^New entry/ }).first().click();
  const form = ann.page.getByRole('dialog', { name: 'New entry' });
  await form.getByRole('textbox', { name: 'Description' }).fill('Lamp');
  await form.getByRole('textbox', { name: 'Amount' }).fill('30');
  await form.locator('input[type=file]').setInputFiles(RECEIPT);
  await expect(form.getByRole('list', { name: 'Attached when you save' })).toContainText('receipt.png');
  await expectAxe(ann.page);
  await form.getByRole('button', { name: 'Save and close' }).click();
  await expect(entryRow(ann.page, 'Lamp').getByRole('img', { name: '1 file attached' })).toBeVisible();

  await entryRow(ann.page, 'Lamp').click();
  await expect(files(ann.page).getByRole('button', { name: 'Open receipt.png' })).toBeVisible();
  await files(ann.page).locator('input[type=file]').setInputFiles(WARRANTY);
  await expect(files(ann.page).getByRole('link', { name: 'Save warranty.pdf' })).toBeVisible();
  await files(ann.page).locator('input[type=file]').setInputFiles(PAGE);
  await expect(files(ann.page).getByRole('alert')).toContainText('Only pictures (JPEG, PNG, WebP) and PDF files can be attached');
  await expect(files(ann.page).getByRole('listitem')).toHaveCount(2);
  await expectAxe(ann.page);
  await ann.page.screenshot({ path: join(import.meta.dirname, '../../screenshots/attachments.png') });

  const ben = await person('Ben', { browser: { colorScheme: 'dark' } });
  await openFlat(ben.page);
  await entryRow(ben.page, 'Lamp').click();
  // Small ones come by themselves.
  const picture = files(ben.page).getByRole('button', { name: 'Open receipt.png' });
  await picture.press('Enter');
  const viewer = ben.page.getByRole('dialog', { name: 'receipt.png' });
  await expect(viewer.getByRole('img', { name: 'Picture receipt.png' })).toBeVisible();
  expect(await viewer.getByRole('img', { name: 'Picture receipt.png' }).evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0))).toBe(64);
  await expectAxe(ben.page);
  await ben.page.screenshot({ path: join(import.meta.dirname, '../../screenshots/attachments-dark.png') });
  await ben.page.keyboard.press('Escape');

  await files(ben.page).getByRole('button', { name: 'Remove warranty.pdf' }).click();
  await expect(files(ann.page).getByRole('listitem')).toHaveCount(1);
  await ben.page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(files(ann.page).getByRole('listitem')).toHaveCount(2);
});
