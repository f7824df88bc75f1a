import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import type { TabView } from '#contract/counter-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { today } from '#renderer/lib/date-words.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { newId } from '#renderer/lib/new-id.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { AmountField, readAmount } from './amount-field.tsx';
import { Balance } from './tabs-part.tsx';

interface TopUpProps {
  shop: string;
  tab: TabView;
  opened: boolean;
  onClose(): void;
}

export function TopUp({ opened, ...given }: TopUpProps) {
  const say = useWords('counter');
  return <Modal opened={opened} onClose={given.onClose} title={say('topUpTitle', { customer: given.tab.customer })}>{opened && <Form {...given} />}</Modal>;
}

function Form({ shop, tab, onClose }: Omit<TopUpProps, 'opened'>) {
  const say = useWords('counter');
  const ui = useWords('ui');
  const format = useFormat();
  const topUp = useCall('tabs.topUp');
  // Made once: pressing twice, or again after a lost answer, books it once.
  const [transaction] = useState(newId);
  const [text, setText] = useState('');
  const amount = readAmount(text, tab.currency);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!amount || topUp.busy) return;
    const reply = await topUp.run({ shop, tab: tab.tab, transaction, amount, date: today(), description: say('topUpWords') });
    if (!reply.ok) return;
    notifications.show({ message: say('topUpDone', { amount: format.money(amount, tab.currency), customer: tab.customer }) });
    onClose();
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed"><bdi>{tab.customer}</bdi> <Balance tab={tab} /></Text>
        <AmountField label={say('topUpAmount')} currency={tab.currency} text={text} onChange={setText} />
        <FailureNotice error={topUp.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" loading={topUp.busy} disabled={!amount}>{say('topUp')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
