import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { LedgerView } from '#contract/views.ts';
import { nameSchema } from '#domain/text.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { firstFault } from '#renderer/lib/faults.ts';
import { CurrencySelect } from '#renderer/ui/currency-select.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';

/** A ledger's name and the currency it proposes. */
export function LedgerDetails({ ledger, onClose }: { ledger: LedgerView; onClose(): void }) {
  const say = useWords('ledger');
  const sayUi = useWords('ui');
  const errorText = useErrorText();
  const update = useCall('ledgers.update');
  const [name, setName] = useState(ledger.name);
  const [currency, setCurrency] = useState(ledger.currency);
  const fault = firstFault(nameSchema, name.trim());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (fault) return;
    const reply = await update.run({ ledger: ledger.id, name: name.trim(), currency });
    if (reply.ok) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={say('editTitle')} centered>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput label={say('name')} data-autofocus maxLength={80} value={name} onChange={(event) => setName(event.currentTarget.value)} error={fault && errorText({ code: fault })} />
          <CurrencySelect label={say('currency')} value={currency} onChange={setCurrency} inUse={ledger.currencies} />
          <FailureNotice error={update.error} onClose={update.clear} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{sayUi('cancel')}</Button>
            <Button type="submit" loading={update.busy}>{say('save')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
