import { Button, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { MemberView } from '#contract/people-views.ts';
import type { LedgerView } from '#contract/views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { HandOverDialog } from './hand-over-dialog.tsx';
import { Invites } from './invites.tsx';
import { LedgerKey } from './ledger-key.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { MemberRow } from './member-row.tsx';
import classes from './members.module.css';
import { Refused } from './refused.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RoleDialog } from './role-dialog.tsx';
import { RoleTable } from './role-table.tsx';

type Asking = { about: 'leave' } | { about: 'role' | 'handOver' | 'remove'; member: MemberView } | null;

/** Who can open a ledger, from which devices, and who may do what in it. */
export function MembersTab({ ledger }: { ledger: LedgerView }) {
  const say = useWords('members');
  const sayUi = useWords('ui');
  const { view, error } = useWatch('members.get', { ledger: ledger.id });
  const [asking, setAsking] = useState<Asking>(null);
  const close = () => setAsking(null);
  if (!view) return <FailureNotice error={error} />;
  const { members, role } = view;
  const isOut = role === null || ledger.barred === 'removed';
  const chosen = asking && 'member' in asking ? asking.member : null;
  return (
    <Stack gap="lg" pb="xl" maw={860}>
      <Text c="dimmed">{isOut ? say('leadOut') : say('lead', { count: members.length, role: sayUi(`role_${role}`) })}</Text>
      <section aria-label={say('list')}>
        <Paper withBorder>
          <ul className={classes.list}>
            {members.map((member) => (
              <MemberRow
                key={member.member} ledger={ledger} member={member} isOut={isOut}
                onRole={() => setAsking({ about: 'role', member })} onHandOver={() => setAsking({ about: 'handOver', member })} onRemove={() => setAsking({ about: 'remove', member })}
              />
            ))}
          </ul>
        </Paper>
        {members.some(({ devices }) => devices.some(({ recovery }) => recovery)) && <Text mt={6} className={classes.faint}>{say('recoveryHint')}</Text>}
      </section>
      {view.partial && !isOut && <Text size="sm" c="dimmed">{say('partial')}</Text>}
      {view.refused > 0 && <Refused ledger={ledger} count={view.refused} />}
      <RoleTable members={members} role={isOut ? null : role} />
      {view.mayInvite.length > 0 && !isOut && <Invites ledger={ledger} invites={view.invites} />}
      <LedgerKey ledger={ledger} view={view} isOut={isOut} />
      <section>
        {role === 'owner' && !isOut
          ? <Text c="dimmed">{say(members.length > 1 ? 'ownerStays' : 'ownerAlone')}</Text>
          : <Button variant="default" onClick={() => setAsking({ about: 'leave' })}>{say(isOut ? 'putAway' : 'leave')}</Button>}
      </section>
      <RoleDialog ledger={ledger} member={asking?.about === 'role' ? chosen : null} onClose={close} />
      <HandOverDialog ledger={ledger} member={asking?.about === 'handOver' ? chosen : null} onClose={close} />
      <RemoveDialog ledger={ledger} member={asking?.about === 'remove' ? chosen : null} endsInvites={view.invites.length > 0} onClose={close} />
      <LeaveDialog ledger={ledger} isOut={isOut} opened={asking?.about === 'leave'} onClose={close} />
    </Stack>
  );
}
