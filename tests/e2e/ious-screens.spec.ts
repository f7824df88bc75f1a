/** IOUs in both languages, light and dark, empty and full, as wide as usual and as small as a window gets: looked at by axe, and kept as pictures. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Input } from '#contract/api.ts';
import { becomeContacts, setUp, startHousehold, untilSame, valueOf, viewOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { expect, test, type PersonOptions } from './fixtures.ts';
import { inspect, LOOKS } from './inspect.ts';

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
type Loan = Pick<Input<'ious.write'>, 'mine' | 'amount' | 'currency' | 'purpose' | 'due'> & { until: 'written' | 'signed' | 'effective' | 'asked' | 'partly' | 'repaid' | 'declined' | 'void' };
const LOANS: readonly Loan[] = [
  { mine: 'lender', amount: 11_000_000, currency: 'CNY', purpose: '买车 – a used car', due: inDays(3), until: 'asked' },
  { mine: 'borrower', amount: 45_000, currency: 'EUR', purpose: 'Tickets to Lisbon', due: inDays(1), until: 'effective' },
  { mine: 'borrower', amount: 9_900, currency: 'EUR', purpose: 'A tent', due: inDays(50), until: 'written' },
  { mine: 'lender', amount: 120_000, currency: 'EUR', purpose: 'The deposit for the flat', due: inDays(200), until: 'written' },
  { mine: 'lender', amount: 30_000, currency: 'JPY', purpose: `A purpose as long as this: ${'Donaudampfschifffahrtsgesellschaft'.repeat(4)}`, due: inDays(20), until: 'partly' },
  { mine: 'borrower', amount: 80_000, currency: 'EUR', purpose: 'A bicycle', due: inDays(30), until: 'repaid' },
  { mine: 'lender', amount: 5_000, currency: 'EUR', purpose: 'Books', due: inDays(10), until: 'void' },
];

test.describe.configure({ mode: 'parallel', timeout: 300_000 });

for (const { look, language, colorScheme, viewport } of LOOKS) {
  const options = (before?: PersonOptions['before']): PersonOptions => ({ ...(before && { before }), browser: { colorScheme, locale: language, viewport, reducedMotion: 'reduce' } });

  test(`IOUs, ${look}`, async ({ person, relay, folder }) => {
    const empty = await person('Cy', options((client) => setUp(client, 'Cy', { language })));
    await empty.page.getByRole('navigation').getByRole('link', { name: /^(IOUs|借条)/ }).click();
    await expect(empty.page.getByRole('heading', { level: 2 })).toBeVisible();
    await inspect(empty.page, `${look}-empty`, 'ious');

    const made: { ledger: string; iou: string; loan: Loan }[] = [];
    const { page } = await person('Ann', options((ann) => withProfile(join(folder, 'Ben'), 'Ben’s tablet', async (ben) => {
      await setUp(ann, language === 'en' ? 'Ann' : '王安', { language, relay: relay.url });
      await setUp(ben, 'Ben', { relay: relay.url });
      await startHousehold(ann, { name: 'Maple Street', others: ['Chloé'], entries: 12 });
      const { guest } = await becomeContacts(ann, ben);
      const [contact] = await viewOf(ann, 'contacts.list', {}, (list) => list[0]?.ledger != null);
      const ledger = contact?.ledger ?? '';
      for (const loan of LOANS) {
        const { until, ...terms } = loan;
        const { iou } = valueOf(await ann.call('ious.write', { ledger, nonce: randomBytes(16).toString('hex'), other: guest, lent: '2026-10-01', ...terms }));
        const at = { ledger, iou };
        made.push({ ...at, loan });
        const [lender, borrower] = loan.mine === 'lender' ? [ann, ben] : [ben, ann];
        const reach = (client: typeof ann, state: string) => viewOf(client, 'ious.get', at, (view) => view?.state === state);
        if (until === 'written') continue;
        await reach(borrower, 'written');
        valueOf(await borrower.call('ious.sign', at));
        await reach(lender, 'signed');
        valueOf(await lender.call('ious.sign', at));
        await reach(borrower, 'effective');
        if (until === 'void') {
          for (const one of [lender, borrower]) valueOf(await one.call('ious.void', at));
        }
        const parts = until === 'asked' ? [4_000_000, 1_000_000] : until === 'partly' ? [10_000] : until === 'repaid' ? [30_000, 50_000] : [];
        for (const [index, amount] of parts.entries()) {
          const { repayment } = valueOf(await borrower.call('ious.repay', { ...at, nonce: randomBytes(16).toString('hex'), amount, date: '2026-11-01' }));
          await viewOf(lender, 'ious.get', at, (view) => view?.repayments.some((one) => one.repayment === repayment) ?? false);
          if (until !== 'asked' || index === 0) valueOf(await lender.call('ious.confirm', { ...at, repayment }));
        }
      }
      await untilSame(ann, ben, ledger);
    })));
    // The notes of what is due go before they cover what is to be seen.
    await expect(page.getByRole('alert').first()).toBeVisible();
    await inspect(page, look, 'today-due');
    const goTo = (hash: string) => page.evaluate((to) => void (location.hash = to), hash);
    await goTo('#/ious');
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(LOANS.length);
    await expect(page.getByRole('alert')).toHaveCount(0, { timeout: 20_000 });
    await inspect(page, look, 'ious');
    for (const { ledger, iou, loan } of made) {
      if (loan.until === 'written' && loan.mine === 'lender') continue;
      await goTo(`#/ious/${ledger}/${iou}`);
      await expect(page.getByRole('article')).toContainText(loan.purpose);
      await expect(page.getByRole('textbox').last()).toBeVisible();
      await inspect(page, look, `iou-${loan.until}`);
      if (loan.until === 'asked') {
        await page.getByRole('button', { name: /^(Confirm the repayment|确认收到还款)/ }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await inspect(page, look, 'iou-confirm');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: /^(Give it to somebody|交给他人)/ }).click();
        await expect(page.getByRole('dialog').locator('svg[role=img]')).toBeVisible();
        await inspect(page, look, 'iou-export');
        await page.keyboard.press('Escape');
        await page.mouse.wheel(0, 2_000);
        await expect(page.getByRole('dialog')).toHaveCount(0);
        await inspect(page, look, 'iou-asked-below');
      }
      if (loan.until === 'written') {
        await page.getByRole('button', { name: /^(Sign…|签名…)/ }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await inspect(page, look, 'iou-sign');
        await page.keyboard.press('Escape');
      }
    }
    await goTo('#/write-iou');
    await page.getByRole('textbox', { name: /^(Amount|金额)/ }).fill('110000');
    await inspect(page, look, 'iou-form');
  });
}
