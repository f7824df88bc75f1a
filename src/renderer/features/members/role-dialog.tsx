import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import type { MemberView } from '#contract/people-views.ts';
import type { LedgerView } from '#contract/views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { RoleChoice } from '#renderer/ui/role-choice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { useMemberName } from './use-member-name.ts';

interface RoleDialogProps {
  ledger: LedgerView;
  /** Null closes it. */
  member: MemberView | null;
  onClose(): void;
}

/** Gives a member another role. */
export function RoleDialog({ ledger, member, onClose }: RoleDialogProps) {
  const say = useWords('members');
  const sayUi = useWords('ui');
  const nameOf = useMemberName();
  return (
    <Modal opened={member !== null} onClose={onClose} title={member && say('changeRoleTitle', { name: nameOf(member) })} closeButtonProps={{ 'aria-label': sayUi('close') }}>
      {member && <RoleForm ledger={ledger} member={member} onClose={onClose} />}
    </Modal>
  );
}

function RoleForm({ ledger, member, onClose }: RoleDialogProps & { member: MemberView }) {
  const say = useWords('members');
  const sayUi = useWords('ui');
  const setRole = useCall('members.setRole');
  const [role, setChosen] = useState(member.role);
  const name = useMemberName()(member);
  // The owner's role is not given here: handing over says what it costs.
  const roles = (['admin', 'editor', 'viewer'] as const).filter((one) => one === member.role || member.may.roles.includes(one));

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (setRole.busy || role === member.role) return;
    const reply = await setRole.run({ ledger: ledger.id, member: member.member, role });
    if (!reply.ok) return;
    onClose();
    notifications.show({ message: say('roleChanged', { name, role: sayUi(`role_${role}`) }) });
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <RoleChoice label={say('role')} roles={roles} value={role} onChange={setChosen} takesFocus />
        {role === 'viewer' && member.role !== 'viewer' && <Text size="sm" role="status">{say('loseWriting', { name })}</Text>}
        <FailureNotice error={setRole.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{sayUi('cancel')}</Button>
          <Button type="submit" loading={setRole.busy} disabled={role === member.role}>{say('changeRoleSave')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
