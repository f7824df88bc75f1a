import { Loader, Modal } from '@mantine/core';
import { useEffect } from 'react';
import { useState } from 'react';
import type { TabView } from '#contract/counter-views.ts';
import type { InviteView } from '#contract/views.ts';
import { Invitation } from '#renderer/features/sharing/invitation.tsx';
import { RelayFirst } from '#renderer/features/sharing/relay-first.tsx';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';

interface TabInviteProps {
  shop: string;
  tab: TabView;
  opened: boolean;
  onClose(): void;
}

/** The customer's own way to see their tab. */
export function TabInvite({ opened, ...given }: TabInviteProps) {
  const say = useWords('counter');
  return <Modal opened={opened} onClose={given.onClose} size="lg" title={say('inviteTitle', { customer: given.tab.customer })}>{opened && <Body {...given} />}</Modal>;
}

function Body({ shop, tab: { tab }, onClose }: Omit<TabInviteProps, 'opened'>) {
  const say = useWords('counter');
  const sharing = useWords('sharing');
  const { view: sync } = useWatch('sync.state', {});
  const { run, error, busy } = useCall('tabs.invite');
  const [invite, setInvite] = useState<InviteView>();
  const hasRelay = sync !== undefined && sync.relay !== null;
  useEffect(() => {
    if (!hasRelay) return;
    void run({ shop, tab }).then((reply) => reply.ok && setInvite(reply.value));
  }, [hasRelay, run, shop, tab]);

  if (sync?.relay === null) return <RelayFirst why={sharing('relayNeeded')} />;
  if (!invite) return error ? <FailureNotice error={error} /> : <Loader size="sm" />;
  const renew = async (): Promise<void> => {
    const reply = await run({ shop, tab });
    if (reply.ok) setInvite(reply.value);
  };
  return <Invitation invite={invite} lead={say('inviteLead')} busy={busy} error={error} onRenew={() => void renew()} onClose={onClose} />;
}
