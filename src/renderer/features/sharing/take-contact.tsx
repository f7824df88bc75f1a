import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { InvitePreviewView } from '#contract/views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { navigate } from '#renderer/lib/route.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './sharing.module.css';

/** Somebody's invitation to become their contact: nothing happens before it is accepted here. */
export function TakeContact({ preview, onBack }: { preview: InvitePreviewView; onBack(): void }) {
  const say = useWords('sharing');
  const ui = useWords('ui');
  const join = useCall('sharing.join');
  const [inviter] = useState(preview.members[0]);
  const name = inviter?.name || preview.name || ui('unknownName');

  async function accept(): Promise<void> {
    if (join.busy) return;
    const reply = await join.run({ ticket: preview.ticket, as: null });
    if (!reply.ok) return;
    notifications.show({ message: say('contactDone', { name }) });
    navigate({ page: 'contacts', contact: inviter?.root ?? undefined }, { replace: true });
  }

  return (
    <Page title={say('contactTitle', { name })}>
      <Stack gap="md" maw={560}>
        <Text>{say('contactLead')}</Text>
        <Text>{say('contactCheck', { name })}</Text>
        <Text size="sm" c="dimmed" className={classes.address}>{say('contactVia', { relay: preview.relay })}</Text>
        {preview.setsRelay && <Alert color="amber" p="sm">{say('setsRelay')}</Alert>}
        <FailureNotice error={join.error} />
        <Group justify="flex-end">
          {/* An Enter that was held too long accepts nothing. */}
          <Button variant="default" onClick={onBack} ref={focusOnMount}>{say('otherInvite')}</Button>
          <Button loading={join.busy} onClick={() => void accept()}>{say('contactAccept')}</Button>
        </Group>
      </Stack>
    </Page>
  );
}
