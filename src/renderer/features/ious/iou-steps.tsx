import { Button, Text } from '@mantine/core';
import { IconAlertTriangle, IconClock, IconReceipt } from '@tabler/icons-react';
import { useState } from 'react';
import type { IouRepaymentView, IouView } from '#contract/ious-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { Section } from '#renderer/ui/section.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './ious.module.css';

/** The lender's word that all of it came back. */
export function IouReceipt({ iou }: { iou: IouView }) {
  const say = useWords('ious');
  const format = useFormat();
  if (iou.state !== 'repaid') return null;
  const last = iou.repayments.reduce((latest, { confirmedAt }) => Math.max(latest, confirmedAt ?? 0), 0);
  return (
    <Section title={say('receipt')}>
      <p className={classes.receipt}>
        <IconReceipt size={20} aria-hidden />
        <span>{say('receiptText', { lender: iou.lender.name, borrower: iou.borrower.name, amount: format.money(iou.amount, iou.currency), date: format.dateTime(last) })}</span>
      </p>
    </Section>
  );
}

/** What went back, and what of it the lender has confirmed. */
export function IouRepayments({ iou }: { iou: IouView }) {
  const say = useWords('ious');
  const format = useFormat();
  const [chosen, setChosen] = useState<IouRepaymentView>();
  if (iou.repayments.length === 0) return null;
  return (
    <Section title={say('repayments')}>
      <ul className={classes.list}>
        {iou.repayments.map((one) => (
          <li key={one.repayment} className={classes.repayment}>
            <span className={classes.rowText}>
              <span>{format.date(one.date)}</span>
              <span className={classes.faint} data-wait={one.confirmedAt === null || undefined}>
                {one.confirmedAt === null ? say(iou.lender.me ? 'unconfirmedMe' : 'unconfirmed', { name: iou.lender.calledName }) : say('confirmedAt', { date: format.dateTime(one.confirmedAt) })}
              </span>
            </span>
            <Money amount={one.amount} currency={iou.currency} />
            {one.mayConfirm && (
              <Button aria-label={say('confirmLabel', { amount: format.money(one.amount, iou.currency) })} onClick={() => setChosen(one)}>{say('confirm')}</Button>
            )}
          </li>
        ))}
      </ul>
      {chosen && <ConfirmRepayment iou={iou} repayment={chosen} onClose={() => setChosen(undefined)} />}
    </Section>
  );
}

function ConfirmRepayment({ iou, repayment: { repayment, amount, date }, onClose }: { iou: IouView; repayment: IouRepaymentView; onClose(): void }) {
  const say = useWords('ious');
  const format = useFormat();
  const confirm = useCall('ious.confirm');
  const values = {
    me: iou.lender.name, other: iou.borrower.name, amount: format.moneyTyped(amount, iou.currency), date: format.date(date), left: iou.amount - iou.repaid - amount,
  };
  async function run(): Promise<void> {
    const reply = await confirm.run({ ledger: iou.ledger, iou: iou.iou, repayment });
    if (reply.ok) onClose();
  }
  return (
    <Confirm opened title={say('confirmTitle')} confirmLabel={say('confirmConfirm')} busy={confirm.busy} onConfirm={() => void run()} onClose={onClose}>
      <p className={classes.signed}>{say('confirmText', values)}</p>
      <p className={classes.faint}>{say('signForever')}</p>
      <FailureNotice error={confirm.error} onClose={confirm.clear} />
    </Confirm>
  );
}

/** Every step that counts, and how many do not. */
export function IouHistory({ iou }: { iou: IouView }) {
  const say = useWords('ious');
  const format = useFormat();
  const { history, refused, currency } = iou;
  return (
    <Section title={say('history')}>
      <ol className={classes.history}>
        {history.map(({ step, action, role, at, amount, waiting }) => (
          <li key={step}>
            <bdi>{say(`did_${action}`, { name: iou[role].calledName, amount: amount === null ? '' : format.money(amount, currency) })}</bdi>
            <span className={classes.faint}>{waiting && <IconClock size={14} role="img" aria-label={say('waiting')} />} {format.dateTime(at)}</span>
          </li>
        ))}
      </ol>
      {refused.length > 0 && (
        <div className={classes.refused}>
          <Text size="sm" fw={600}><IconAlertTriangle size={16} aria-hidden /> {say('refused', { count: refused.length })}</Text>
          <Text size="xs" c="dimmed">{say('refusedLead')}</Text>
          <ul>{[...new Set(refused.map(({ reason }) => reason))].map((reason) => <li key={reason}>{say(`refused_${reason}`)}</li>)}</ul>
        </div>
      )}
    </Section>
  );
}
