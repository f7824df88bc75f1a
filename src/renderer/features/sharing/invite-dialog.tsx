import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { Input } from '#contract/api.ts';
import type { InviteView, LedgerView } from '#contract/views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Invitation } from './invitation.tsx';
import { InviteForm, type InviteTerms } from './invite-form.tsx';
import { RelayFirst } from './relay-first.tsx';

/** Lets somebody else into a ledger: first as what and for how long, then the link, QR code and short code. */
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
  const ui = useWords('ui');
  const format = useFormat();
  const { view: sync, error } = useWatch('sync.state', {});
  const { view: members } = useWatch('members.get', { ledger: ledger.id });
  const invite = useCall('sharing.invite');
  const [made, setMade] = useState<{ terms: InviteTerms; invite: InviteView }>();

  async function make(terms: InviteTerms): Promise<void> {
    const input: Input<'sharing.invite'> = { ledger: ledger.id, ...terms };
    const reply = await invite.run(input);
    if (reply.ok) setMade({ terms, invite: reply.value });
  }

  if (!sync || !members) return <FailureNotice error={error} />;
  if (sync.relay === null) return <RelayFirst why={say('relayNeeded')} />;
  if (!made) return <InviteForm roles={members.mayInvite} busy={invite.busy} error={invite.error} onMake={(terms) => void make(terms)} onCancel={onClose} />;
  const { role, history, uses } = made.terms;
  const lead = [
    say('inviteLead', { role: ui(`role_${role}`), may: ui(`may_${role}`) }),
    say(`sees_${history}`),
    say('inviteUses', { count: uses, date: format.dateTime(made.invite.expires) }),
  ];
  return <Invitation invite={made.invite} lead={lead.join(' ')} busy={invite.busy} error={invite.error} onRenew={() => void make(made.terms)} onClose={onClose} />;
}
