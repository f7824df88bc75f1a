/** What two contacts do with IOUs, for the story that blindness.test.ts tells. */
import { valueOf, viewOf } from '#tests/people.ts';
import type { Player } from './cast.ts';
import type { Vocabulary } from './needles.ts';

interface Lending {
  readonly lender: Player;
  readonly borrower: Player;
  readonly say: Pick<Vocabulary, 'word' | 'amount'>;
  newId(): string;
}

/** One that is written, signed by both, partly paid back and made void in the end; one that is declined. */
export async function lend({ lender, borrower, say, newId }: Lending): Promise<void> {
  const [contact] = await viewOf(lender.client, 'contacts.list', {}, (contacts) => contacts.some(({ ledger }) => ledger !== null));
  const { root: other = '', ledger } = contact ?? {};
  if (ledger == null) throw new Error('they are contacts');
  const [part = 0, whole = 0] = [say.amount(), say.amount()].toSorted((a, b) => a - b);
  const write = async (amount: number): Promise<{ ledger: string; iou: string }> => {
    const terms = { amount, currency: 'EUR', purpose: `${say.word()} ${say.word()}`, lent: '2026-11-20', due: '2026-11-22' };
    const { iou } = valueOf(await lender.client.call('ious.write', { ledger, nonce: newId(), other, mine: 'lender', ...terms }));
    await viewOf(borrower.client, 'ious.get', { ledger, iou }, (view) => view?.state === 'written');
    return { ledger, iou };
  };
  const at = await write(whole);
  valueOf(await borrower.client.call('ious.sign', at));
  await viewOf(lender.client, 'ious.get', at, (view) => view?.state === 'signed');
  valueOf(await lender.client.call('ious.sign', at));
  await viewOf(borrower.client, 'ious.get', at, (view) => view?.state === 'effective');
  const [due] = await viewOf(borrower.client, 'ious.reminders', {}, (reminders) => reminders.length > 0);
  if (due) valueOf(await borrower.client.call('ious.told', { reminders: [{ ...at, reminder: due.reminder }] }));
  const { repayment } = valueOf(await borrower.client.call('ious.repay', { ...at, nonce: newId(), amount: part, date: '2026-11-21' }));
  await viewOf(lender.client, 'ious.get', at, (view) => view?.may.includes('confirm') ?? false);
  valueOf(await lender.client.call('ious.confirm', { ...at, repayment }));
  await viewOf(borrower.client, 'ious.get', at, (view) => (view?.repaid ?? 0) > 0);
  valueOf(await borrower.client.call('ious.export', at));

  const declined = await write(say.amount());
  valueOf(await borrower.client.call('ious.decline', declined));
  for (const { client } of [borrower, lender]) valueOf(await client.call('ious.void', at));
  await viewOf(lender.client, 'ious.list', {}, (ious) => ious.length === 2 && ious.some(({ state }) => state === 'declined'));
}
