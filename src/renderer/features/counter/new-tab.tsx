import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { nameSchema } from '#domain/text.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { firstFault } from '#renderer/lib/faults.ts';
import { navigate } from '#renderer/lib/route.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { readTerms, termsOf, TermsFields } from './tab-terms.tsx';

interface NewTabProps {
  shop: string;
  currency: string;
  opened: boolean;
  onClose(): void;
}

export function NewTab({ opened, onClose, ...shop }: NewTabProps) {
  const say = useWords('counter');
  return <Modal opened={opened} onClose={onClose} title={say('newTab')}>{opened && <Form {...shop} onClose={onClose} />}</Modal>;
}

function Form({ shop, currency, onClose }: Omit<NewTabProps, 'opened'>) {
  const say = useWords('counter');
  const ui = useWords('ui');
  const errorText = useErrorText();
  const open = useCall('tabs.open');
  const [customer, setCustomer] = useState('');
  const [terms, setTerms] = useState(() => termsOf('prepaid', 0, currency));
  const name = customer.trim();
  const fault = name === '' ? undefined : firstFault(nameSchema, name);
  const read = readTerms(terms, currency);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (name === '' || fault || !read || open.busy) return;
    const reply = await open.run({ shop, customer: name, ...read });
    if (reply.ok) navigate({ page: 'counter', shop, part: 'tabs', tab: reply.value.tab });
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <TextInput label={say('customer')} value={customer} maxLength={80} data-autofocus onChange={(event) => setCustomer(event.currentTarget.value)} error={fault && errorText({ code: fault })} />
        <TermsFields terms={terms} currency={currency} onChange={setTerms} />
        <FailureNotice error={open.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" loading={open.busy} disabled={name === '' || fault !== undefined || !read}>{say('open')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
