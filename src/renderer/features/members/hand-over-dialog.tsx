import { notifications } from '@mantine/notifications';
import type { MemberView } from '#contract/people-views.ts';
import type { LedgerView } from '#contract/views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { useMemberName } from './use-member-name.ts';

/** Asks before the ledger gets another owner. */
export function HandOverDialog({ ledger, member, onClose }: { ledger: LedgerView; member: MemberView | null; onClose(): void }) {
  const say = useWords('members');
  const setRole = useCall('members.setRole');
  const nameOf = useMemberName();
  const name = member ? nameOf(member) : '';
  const close = () => {
    setRole.clear();
    onClose();
  };
  async function handOver(): Promise<void> {
    if (!member) return;
    const reply = await setRole.run({ ledger: ledger.id, member: member.member, role: 'owner' });
    if (!reply.ok) return;
    close();
    notifications.show({ message: say('handedOver', { name }) });
  }
  return (
    <Confirm
      opened={member !== null} title={say('handOverTitle', { ledger: ledger.name, name })} confirmLabel={say('handOverConfirm', { name })} danger
      busy={setRole.busy} onConfirm={() => void handOver()} onClose={close}
    >
      {say('handOverText', { name })}
      <FailureNotice error={setRole.error} />
    </Confirm>
  );
}
