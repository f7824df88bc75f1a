import { Alert, Button, Group, Loader, Modal, Stack, Text, TextInput, Title, VisuallyHidden } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { InviteView, LedgerView } from '#contract/views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { groupCode, minutesUntil, spellCode } from './code.ts';
import { CopyButton } from './copy-button.tsx';
import { QrCode } from './qr-code.tsx';
import { RelayFirst } from './relay-first.tsx';
import classes from './sharing.module.css';

/** The link, QR code and short code that let somebody else into a ledger. */
export function InviteDialog({ ledger, opened, onClose }: { ledger: LedgerView; opened: boolean; onClose(): void }) {
  const say = useWords('sharing');
  const ui = useWords('ui');
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={say('inviteTitle', { ledger: ledger.name })} closeButtonProps={{ 'aria-label': ui('close') }}>
      <InviteBody ledger={ledger} onClose={onClose} />
    </Modal>
  );
}

function InviteBody({ ledger, onClose }: { ledger: LedgerView; onClose(): void }) {
  const say = useWords('sharing');
  const { view: sync, error } = useWatch('sync.state', {});
  if (!sync) return <FailureNotice error={error} />;
  return sync.relay === null ? <RelayFirst why={say('relayNeeded')} /> : <Invitation ledger={ledger} onClose={onClose} />;
}

function Invitation({ ledger, onClose }: { ledger: LedgerView; onClose(): void }) {
  const say = useWords('sharing');
  const { run, busy, error } = useCall('sharing.invite');
  const [invite, setInvite] = useState<InviteView>();

  async function make(): Promise<void> {
    const reply = await run({ ledger: ledger.id });
    if (reply.ok) setInvite(reply.value);
  }
  useEffect(() => {
    let current = true;
    void run({ ledger: ledger.id }).then((reply) => {
      if (current && reply.ok) setInvite(reply.value);
    });
    return () => {
      current = false;
    };
  }, [run, ledger.id]);

  if (error) return <FailureNotice error={error} onRetry={() => void make()} />;
  if (!invite) return <Group gap="sm" role="status"><Loader size="sm" />{say('making')}</Group>;
  return (
    <Stack gap="md">
      <Alert color="amber" icon={<IconKey aria-hidden />} p="sm">{say('inviteLead')}</Alert>
      <Group align="flex-start" gap="lg" wrap="wrap">
        <Stack gap={4} align="center">
          <QrCode text={invite.link} label={say('qrLabel')} />
          <Text size="xs" c="dimmed" maw={200} ta="center">{say('qrHint')}</Text>
        </Stack>
        <Stack gap="lg" flex="1 1 260px">
          <Stack gap="xs">
            <TextInput label={say('link')} readOnly value={invite.link} onFocus={(event) => event.currentTarget.select()} />
            <Group gap="xs"><CopyButton text={invite.link} label={say('copyLink')} /></Group>
          </Stack>
          <ShortCode invite={invite} busy={busy} onRenew={() => void make()} />
        </Stack>
      </Group>
      <Group justify="flex-end"><Button onClick={onClose}>{say('done')}</Button></Group>
    </Stack>
  );
}

function ShortCode({ invite, busy, onRenew }: { invite: InviteView; busy: boolean; onRenew(): void }) {
  const say = useWords('sharing');
  const minutes = useMinutesUntil(invite.codeExpires);
  if (invite.code === null) {
    return (
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{say('noCode')}</Text>
        <Button variant="default" loading={busy} onClick={onRenew}>{say('tryCode')}</Button>
      </Stack>
    );
  }
  const expired = minutes === 0;
  return (
    <Stack gap={4} component="section" aria-label={say('code')}>
      <Title order={3} size="h5" fw={500}>{say('code')}</Title>
      <div className={classes.code} aria-hidden data-testid="invite-code">{groupCode(invite.code)}</div>
      <VisuallyHidden>{say('codeLabel', { spelled: spellCode(invite.code) })}</VisuallyHidden>
      <Text size="sm" c={expired ? 'var(--tally-wrong)' : 'dimmed'} role="status">
        {expired ? say('codeExpired') : minutes !== null && say('codeExpires', { time: say('minutes', { count: minutes }) })}
      </Text>
      <Group gap="xs">
        {expired ? <Button variant="default" loading={busy} onClick={onRenew}>{say('newCode')}</Button> : <CopyButton text={groupCode(invite.code)} label={say('copyCode')} />}
      </Group>
    </Stack>
  );
}

/** Minutes left until a time, as they pass; null where there is none. */
function useMinutesUntil(time: number | null): number | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(ticking);
  }, []);
  return time === null ? null : minutesUntil(time, now);
}
