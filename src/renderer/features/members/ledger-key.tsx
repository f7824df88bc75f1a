import { Alert, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconKey } from '@tabler/icons-react';
import type { MembersView } from '#contract/people-views.ts';
import type { LedgerView } from '#contract/views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Section } from '#renderer/ui/section.tsx';

/** How often the key has changed, whether it is to change again, and a way to do it now. */
export function LedgerKey({ ledger, view: { epoch, owed, role }, isOut }: { ledger: LedgerView; view: MembersView; isOut: boolean }) {
  const say = useWords('members');
  const change = useCall('members.changeKey');
  const mayChange = !isOut && role !== null && role !== 'viewer';

  async function changeKey(): Promise<void> {
    const reply = await change.run({ ledger: ledger.id });
    if (reply.ok) notifications.show({ message: say('keyDone') });
  }

  return (
    <Section title={say('key')}>
      {owed && <Alert color="amber" p="sm" mb="sm" icon={<IconKey aria-hidden />} title={say('keyOwed')}>{say('keyOwedText')}</Alert>}
      <Group justify="space-between" align="flex-start" gap="md">
        <div style={{ flex: '1 1 320px' }}>
          <Text size="sm" data-testid="key-count" data-epoch={epoch}>{epoch === 0 ? say('keyNever') : say('keyChanged', { count: epoch })}</Text>
          <Text size="sm" c="dimmed">{say('keyText')}</Text>
        </div>
        {mayChange && <Button variant="default" loading={change.busy} onClick={() => void changeKey()}>{say('changeKey')}</Button>}
      </Group>
      <FailureNotice error={change.error} onClose={change.clear} />
    </Section>
  );
}
