import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import type { IouView } from '#contract/ious-views.ts';
import { formatMinor, parseAmount } from '#domain/amount.ts';
import { currencyDecimals } from '#domain/money.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { parseDateWords, today } from '#renderer/lib/date-words.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { newId } from '#renderer/lib/new-id.ts';
import { DateField } from '#renderer/ui/date-field.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { otherOf } from './iou-words.ts';

interface RepayProps {
  iou: IouView;
  onClose(): void;
}

/** The borrower writes down what went back. */
export function RepayDialog({ opened, ...props }: RepayProps & { opened: boolean }) {
  const say = useWords('ious');
  const ui = useWords('ui');
  return (
    <Modal opened={opened} onClose={props.onClose} title={say('repayTitle')} closeButtonProps={{ 'aria-label': ui('close') }}>
      <RepayForm {...props} />
    </Modal>
  );
}

function RepayForm({ iou, onClose }: RepayProps) {
  const { ledger, iou: id, currency, amount, repaid } = iou;
  const say = useWords('ious');
  const ui = useWords('ui');
  const format = useFormat();
  const errorText = useErrorText();
  const repay = useCall('ious.repay');
  const decimals = currencyDecimals(currency);
  // Made once: pressing twice, or again after a lost answer, records it once.
  const [nonce] = useState(newId);
  const [typed, setTyped] = useState(() => formatMinor(amount - repaid, decimals));
  const [typedDate, setTypedDate] = useState<string>(today);
  const date = parseDateWords(typedDate, today());
  const parsed = parseAmount(typed, decimals);
  const part = parsed.ok ? parsed.value : null;
  const problem = !parsed.ok ? parsed.code : parsed.value === 0 ? 'amount_zero' : parsed.value < 0 ? 'amount_invalid' : parsed.value > amount - repaid ? 'iou_repaid_too_much' : undefined;
  const other = otherOf(iou).calledName;
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (part === null || problem !== undefined || !date || repay.busy) return;
    const reply = await repay.run({ ledger, iou: id, nonce, amount: part, date });
    if (!reply.ok) return;
    notifications.show({ message: say('repayDone', { other }) });
    onClose();
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">{say('repayLead', { other })}</Text>
        <TextInput
          label={say('repayAmount', { currency: format.currencyName(currency) })} inputMode="decimal" autoComplete="off" data-autofocus value={typed}
          onFocus={(event) => event.currentTarget.select()} onChange={(event) => setTyped(event.currentTarget.value)}
          error={problem === undefined ? undefined : errorText({ code: problem })}
        />
        <DateField label={say('repayDate')} text={typedDate} onChange={setTypedDate} />
        <FailureNotice error={repay.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" loading={repay.busy} disabled={problem !== undefined || !date}>{say('repayConfirm')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
