import { notifications } from '@mantine/notifications';
import type { MemberView } from '#contract/people-views.ts';
import type { LedgerView } from '#contract/views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './members.module.css';
import { useMemberName } from './use-member-name.ts';

interface RemoveDialogProps {
  ledger: LedgerView;
  member: MemberView | null;
  endsInvites: boolean;
  onClose(): void;
}

/** Asks before somebody is removed, and says what that does and what it cannot do. */
export function RemoveDialog({ ledger, member, endsInvites, onClose }: RemoveDialogProps) {
  const say = useWords('members');
  const remove = useCall('members.remove');
  const nameOf = useMemberName();
  const name = member ? nameOf(member) : '';
  const close = () => {
    remove.clear();
    onClose();
  };
  async function takeOut(): Promise<void> {
    if (!member) return;
    const reply = await remove.run({ ledger: ledger.id, member: member.member });
    if (!reply.ok) return;
    close();
    notifications.show({ message: say('removed', { name }) });
  }
  return (
    <Confirm
      opened={member !== null} title={say('removeTitle', { name })} confirmLabel={say('removeConfirm', { name })} danger
      busy={remove.busy} onConfirm={() => void takeOut()} onClose={close}
    >
      <ul className={classes.points}>
        <li>{say('removeKeep', { name })}</li>
        <li>{say('removeNothingNew')}</li>
        <li>{say('removeWritten')}</li>
        {endsInvites && <li>{say('removeInvites')}</li>}
      </ul>
      <FailureNotice error={remove.error} />
    </Confirm>
  );
}
