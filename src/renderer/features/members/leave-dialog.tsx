import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { LedgerView } from '#contract/views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { navigate } from '#renderer/lib/route.ts';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';

interface LeaveDialogProps {
  ledger: LedgerView;
  /** Removed already: only the list is left to tidy. */
  isOut: boolean;
  opened: boolean;
  onClose(): void;
}

/** Asks before somebody leaves a ledger, or takes one they are out of off their list. */
export function LeaveDialog({ ledger, isOut, opened, onClose }: LeaveDialogProps) {
  const say = useWords('members');
  const leave = useCall('members.leave');
  const close = () => {
    leave.clear();
    onClose();
  };
  async function go(): Promise<void> {
    const reply = await leave.run({ ledger: ledger.id });
    if (!reply.ok) return;
    navigate({ page: 'today' }, { replace: true });
    notifications.show({ message: say(isOut ? 'putAwayDone' : 'left', { ledger: ledger.name }) });
  }
  return (
    <Confirm
      opened={opened} title={say(isOut ? 'putAwayTitle' : 'leaveTitle', { ledger: ledger.name })} confirmLabel={say(isOut ? 'putAwayConfirm' : 'leaveConfirm')} danger
      busy={leave.busy} onConfirm={() => void go()} onClose={close}
    >
      {say(isOut ? 'putAwayText' : 'leaveText')}
      {!isOut && ledger.waiting > 0 && <Text size="sm" mt="xs" fw={500}>{say('leaveWaiting', { count: ledger.waiting })}</Text>}
      <FailureNotice error={leave.error} />
    </Confirm>
  );
}
