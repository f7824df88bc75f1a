import { Button, Group, Loader, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import type { InvitePreviewView } from '#contract/views.ts';
import { idSchema, type LedgerId } from '#domain/ids.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { navigate } from '#renderer/lib/route.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { RelayFirst } from './relay-first.tsx';
import { TakeContact } from './take-contact.tsx';
import { WhoAreYou } from './who-are-you.tsx';

interface JoinPageProps {
  /** From a link that was opened: asked for at once, joined only after a choice. */
  invite?: string;
}

/** From a pasted link or a typed code into a ledger, or to a contact. Another link begins anew. */
export const JoinPage = (props: JoinPageProps) => <Joining key={props.invite} {...props} />;

function Joining({ invite = '' }: JoinPageProps) {
  const say = useWords('sharing');
  const { run, busy, error, clear } = useCall('sharing.open');
  const [typed, setTyped] = useState(invite);
  const [preview, setPreview] = useState<InvitePreviewView>();
  const openLedger = (ledger: LedgerId) => navigate({ page: 'ledger', ledger, tab: 'entries' }, { replace: true });

  async function open(text: string): Promise<void> {
    const reply = await run({ invite: text.trim() });
    if (reply.ok) setPreview(reply.value);
  }
  useEffect(() => {
    if (!invite) return undefined;
    let current = true;
    void run({ invite: invite.trim() }).then((reply) => {
      if (current && reply.ok) setPreview(reply.value);
    });
    return () => {
      current = false;
    };
  }, [run, invite]);

  const needsRelay = error?.code === 'relay_not_set';
  const joined = idSchema.safeParse(error?.code === 'already_joined' ? error.details?.['ledger'] : undefined);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (typed.trim() && !busy) void open(typed);
  }

  if (preview?.kind === 'contact') return <TakeContact preview={preview} onBack={() => setPreview(undefined)} />;
  if (preview) {
    return (
      <Page title={say('whoTitle', { ledger: preview.name })}>
        <WhoAreYou preview={preview} onJoined={openLedger} onBack={() => setPreview(undefined)} />
      </Page>
    );
  }
  return (
    <Page title={say('joinTitle')}>
      <Stack gap="md" maw={560}>
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            <Text c="dimmed">{say('joinLead')}</Text>
            <TextInput
              label={say('invite')} placeholder={say('invitePlaceholder')} autoComplete="off" spellCheck={false} maxLength={2_000} ref={focusOnMount}
              value={typed} onChange={(event) => {
                clear();
                setTyped(event.currentTarget.value);
              }}
            />
            <FailureNotice error={needsRelay ? undefined : error} onRetry={error?.code === 'relay_away' || error?.code === 'relay_slow' ? () => void open(typed) : undefined} />
            <Group justify="flex-end">
              {busy && <Group gap="sm" role="status"><Loader size="sm" />{say('opening')}</Group>}
              {joined.success
                ? <Button onClick={() => openLedger(joined.data)}>{say('openJoined')}</Button>
                : <Button type="submit" loading={busy} disabled={!typed.trim()}>{say('open')}</Button>}
            </Group>
          </Stack>
        </form>
        {needsRelay && <RelayFirst why={say('codeNeedsRelay')} onSet={() => void open(typed)} />}
      </Stack>
    </Page>
  );
}
