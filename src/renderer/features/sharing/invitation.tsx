import { Alert, Button, Group, Stack, Text, TextInput, Title, VisuallyHidden } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ContractError } from '#contract/errors.ts';
import type { InviteView } from '#contract/views.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { groupCode, minutesUntil, spellCode } from './code.ts';
import { CopyButton } from './copy-button.tsx';
import { QrCode } from './qr-code.tsx';
import classes from './sharing.module.css';

interface InvitationProps {
  invite: InviteView;
  /** What it lets whoever has it do. */
  lead: string;
  busy: boolean;
  error: ContractError | undefined;
  onRenew(): void;
  onClose(): void;
}

/** An invitation as a link, a QR code and a code to be typed. */
export function Invitation({ invite, lead, busy, error, onRenew, onClose }: InvitationProps) {
  const say = useWords('sharing');
  return (
    <Stack gap="md">
      <Alert color="amber" icon={<IconKey aria-hidden />} p="sm">{lead}</Alert>
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
          <ShortCode invite={invite} busy={busy} onRenew={onRenew} />
        </Stack>
      </Group>
      <FailureNotice error={error} />
      <Group justify="flex-end"><Button onClick={onClose} data-autofocus>{say('done')}</Button></Group>
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
