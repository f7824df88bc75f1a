import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconInfoCircle } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { LedgerView } from '#contract/views.ts';
import { formatMinor, parseAmount } from '#domain/amount.ts';
import type { PersonId } from '#domain/ids.ts';
import { currencyDecimals } from '#domain/money.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { newId } from '#renderer/lib/new-id.ts';
import { isReadAsTyped } from '#renderer/lib/read-as-typed.ts';
import { parseDateWords, today } from '#renderer/lib/date-words.ts';
import { DateField } from '#renderer/ui/date-field.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { DebtLine } from './debt-line.tsx';

export interface Settlement {
  from: PersonId;
  to: PersonId;
  /** Minor units that are owed. */
  amount: number;
  currency: string;
}

interface SettleDialogProps {
  ledger: LedgerView;
  /** Null: closed. */
  settlement: Settlement | null;
  onClose(): void;
}

/** Writes down that a debt, or part of it, was paid. */
export function SettleDialog({ ledger, settlement, onClose }: SettleDialogProps) {
  const say = useWords('balances');
  const ui = useWords('ui');
  return (
    <Modal opened={settlement !== null} onClose={onClose} title={say('recordTitle')} closeButtonProps={{ 'aria-label': ui('close') }}>
      {settlement && <SettleForm ledger={ledger} settlement={settlement} onClose={onClose} />}
    </Modal>
  );
}

/** Of the screen, not a text made once: amounts that are hidden meanwhile are hidden here too. */
function Recorded({ from, to, amount, currency }: { from: string; to: string; amount: number; currency: string }) {
  const say = useWords('balances');
  const format = useFormat();
  return say('recorded', { from, to, amount: format.money(amount, currency) });
}

function SettleForm({ ledger, settlement, onClose }: { ledger: LedgerView; settlement: Settlement; onClose(): void }) {
  const { from, to, amount: owed, currency } = settlement;
  const say = useWords('balances');
  const ui = useWords('ui');
  const format = useFormat();
  const errorText = useErrorText();
  const record = useCall('settlements.record');
  const decimals = currencyDecimals(currency);
  // Made once: pressing twice, or again after a lost answer, writes it down once.
  const [entry] = useState(newId);
  const [typed, setTyped] = useState(() => formatMinor(owed, decimals));
  const [typedDate, setTypedDate] = useState<string>(today);
  const [note, setNote] = useState('');
  const date = parseDateWords(typedDate, today());
  const parsed = parseAmount(typed, decimals);
  const amount = parsed.ok && parsed.value > 0 ? parsed.value : null;
  const amountError = parsed.ok ? (parsed.value > 0 ? undefined : errorText({ code: parsed.value === 0 ? 'amount_zero' : 'amount_invalid' })) : errorText({ code: parsed.code });
  const nameOf = (person: PersonId): string => ledger.persons.find(({ id }) => id === person)?.name ?? '?';
  const money = (value: number): string => format.money(value, currency);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (amount === null || !date || record.busy) return;
    const reply = await record.run({ ledger: ledger.id, entry, from, to, amount, currency, date, note: note.trim() });
    if (!reply.ok) return;
    notifications.show({ message: <Recorded from={nameOf(from)} to={nameOf(to)} amount={amount} currency={currency} /> });
    onClose();
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">{say('recordLead')}</Text>
        <DebtLine ledger={ledger} from={from} to={to} verb="pays" />
        <TextInput
          label={say('amount', { currency: format.currencyName(currency) })}
          description={amount !== null && !isReadAsTyped(typed, amount, decimals) ? say('amountIs', { amount: money(amount) }) : say('amountHint')}
          inputMode="decimal"
          autoComplete="off"
          data-autofocus
          value={typed}
          // Another amount is typed over the proposed one, not behind it.
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={amountError}
        />
        {amount !== null && amount !== owed && (
          <Alert icon={<IconInfoCircle aria-hidden />} role="status" p="xs">
            {amount < owed ? say('partly', { amount: money(owed - amount) }) : say('more', { amount: money(amount - owed) })}
          </Alert>
        )}
        <DateField label={say('date')} text={typedDate} onChange={setTypedDate} />
        <Textarea label={say('note')} placeholder={say('notePlaceholder')} autosize minRows={1} maxLength={2_000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <FailureNotice error={record.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" loading={record.busy} disabled={amount === null || !date}>{say('recordConfirm')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
