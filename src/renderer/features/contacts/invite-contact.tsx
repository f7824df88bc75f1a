import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { InviteView } from '#contract/views.ts';
import { Invitation } from '#renderer/features/sharing/invitation.tsx';
import { RelayFirst } from '#renderer/features/sharing/relay-first.tsx';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';

/** The link, QR code and short code by which one person becomes a contact. */
export function InviteContact({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const say = useWords('contacts');
  const sayUi = useWords('ui');
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={say('inviteTitle')} closeButtonProps={{ 'aria-label': sayUi('close') }}>
      <InviteBody onClose={onClose} />
    </Modal>
  );
}

function InviteBody({ onClose }: { onClose(): void }) {
  const say = useWords('contacts');
  const sayUi = useWords('ui');
  const format = useFormat();
  const { view: sync, error } = useWatch('sync.state', {});
  const invite = useCall('contacts.invite');
  const [made, setMade] = useState<InviteView>();

  async function make(): Promise<void> {
    const reply = await invite.run({});
    if (reply.ok) setMade(reply.value);
  }

  if (!sync) return <FailureNotice error={error} />;
  if (sync.relay === null) return <RelayFirst why={say('relayNeeded')} />;
  if (made) return <Invitation invite={made} lead={say('inviteLead', { date: format.dateTime(made.expires) })} busy={invite.busy} error={invite.error} onRenew={() => void make()} onClose={onClose} />;
  return (
    <Stack gap="md">
      <Text>{say('inviteExplain')}</Text>
      <FailureNotice error={invite.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>{sayUi('cancel')}</Button>
        <Button data-autofocus loading={invite.busy} onClick={() => void make()}>{say('inviteMake')}</Button>
      </Group>
    </Stack>
  );
}
