import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconSignature } from '@tabler/icons-react';
import { useState } from 'react';
import type { IouView } from '#contract/ious-views.ts';
import { amountToChineseCapitals } from '#domain/chinese-capitals.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { otherOf } from './iou-words.ts';
import classes from './ious.module.css';
import { RepayDialog } from './repay-dialog.tsx';

type Open = 'sign' | 'decline' | 'repay' | 'void';

/** What I may do with an IOU now. */
export function IouActions({ iou }: { iou: IouView }) {
  const say = useWords('ious');
  const [open, setOpen] = useState<Open>();
  const close = (): void => setOpen(undefined);
  const { may } = iou;
  return (
    <>
      {may.includes('sign') && <Button leftSection={<IconSignature size={16} aria-hidden />} onClick={() => setOpen('sign')}>{say('sign')}</Button>}
      {may.includes('repay') && <Button onClick={() => setOpen('repay')}>{say('repay')}</Button>}
      {may.includes('decline') && <Button variant="default" onClick={() => setOpen('decline')}>{say('decline')}</Button>}
      {may.includes('void') && <Button variant="default" onClick={() => setOpen('void')}>{say('void')}</Button>}
      <SignDialog iou={iou} opened={open === 'sign'} onClose={close} />
      <RepayDialog iou={iou} opened={open === 'repay'} onClose={close} />
      <EndDialog iou={iou} action="decline" opened={open === 'decline'} onClose={close} />
      <EndDialog iou={iou} action="void" opened={open === 'void'} onClose={close} />
    </>
  );
}

interface DialogProps {
  iou: IouView;
  opened: boolean;
  onClose(): void;
}

/** Says in full what is signed, the amount too where amounts are hidden: nobody signs what they do not see. */
function SignDialog({ iou, opened, onClose }: DialogProps) {
  const say = useWords('ious');
  const format = useFormat();
  const sign = useCall('ious.sign');
  const { ledger, iou: id, mine, amount, currency, purpose, lent, due, state } = iou;
  const [me, other] = mine === 'lender' ? [iou.lender, iou.borrower] : [iou.borrower, iou.lender];
  const figures = format.moneyTyped(amount, currency) + (currency === 'CNY' ? ` (${amountToChineseCapitals(amount)})` : '');
  const values = { me: me.name, other: other.name, amount: figures, lent: format.date(lent), due: format.date(due), purpose };
  async function run(): Promise<void> {
    const reply = await sign.run({ ledger, iou: id });
    if (!reply.ok) return;
    notifications.show({ message: say('signed') });
    onClose();
  }
  return (
    <Confirm opened={opened} title={say('signTitle')} confirmLabel={say('signConfirm')} busy={sign.busy} onConfirm={() => void run()} onClose={onClose}>
      <p className={classes.signed}>{say(mine === 'lender' ? 'signLender' : 'signBorrower', values)}</p>
      <p>{say(state === 'signed' ? 'signThenHolds' : 'signThenWaits', { other: other.calledName })}</p>
      <p className={classes.faint}>{say('signForever')}</p>
      <FailureNotice error={sign.error} onClose={sign.clear} />
    </Confirm>
  );
}

/** Ends it: at once where it is declined, together with the other one where it is void. */
function EndDialog({ iou, action, opened, onClose }: DialogProps & { action: 'decline' | 'void' }) {
  const say = useWords('ious');
  const end = useCall(`ious.${action}`);
  const other = otherOf(iou).calledName;
  const text = action === 'decline' ? say('declineText', { other }) : say(iou.voided.length > 0 ? 'voidTextSecond' : 'voidText', { other });
  async function run(): Promise<void> {
    const reply = await end.run({ ledger: iou.ledger, iou: iou.iou });
    if (reply.ok) onClose();
  }
  return (
    <Confirm
      opened={opened} title={say(action === 'decline' ? 'declineTitle' : 'voidTitle')} confirmLabel={say(action === 'decline' ? 'declineConfirm' : 'voidConfirm')}
      danger busy={end.busy} onConfirm={() => void run()} onClose={onClose}
    >
      {text}
      <FailureNotice error={end.error} onClose={end.clear} />
    </Confirm>
  );
}
