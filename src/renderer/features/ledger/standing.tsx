import { Alert, Anchor, Button, Group } from '@mantine/core';
import { IconEye, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import type { BarredReason, LedgerView } from '#contract/views.ts';
import { FollowRelay } from '#renderer/features/members/follow-relay.tsx';
import { LeaveDialog } from '#renderer/features/members/leave-dialog.tsx';
import { routeToHash, type Route } from '#renderer/lib/route.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './ledger.module.css';

/** Where somebody finds out more, or gets out of it. */
function WayOut({ ledger, barred }: { ledger: LedgerView; barred: BarredReason }) {
  const say = useWords('ledger');
  const sayMembers = useWords('members');
  const [isLeaving, setLeaving] = useState(false);
  const to = (route: Route, words: string) => <Button component="a" href={routeToHash(route)} size="compact-sm" variant="default">{words}</Button>;
  switch (barred) {
    case 'removed':
      return (
        <>
          <Button size="compact-sm" variant="default" onClick={() => setLeaving(true)}>{sayMembers('putAway')}</Button>
          <LeaveDialog ledger={ledger} isOut opened={isLeaving} onClose={() => setLeaving(false)} />
        </>
      );
    case 'not_member':
      return <>{to({ page: 'join' }, say('joinAgain'))}{to({ page: 'sync' }, say('seeSync'))}</>;
    case 'key_missing':
      return to({ page: 'ledger', ledger: ledger.id, tab: 'members' }, say('seeMembers'));
    case 'membership_forked':
      return <><FollowRelay ledger={ledger.id} name={ledger.name} />{to({ page: 'ledger', ledger: ledger.id, tab: 'members' }, say('seeMembers'))}</>;
    default:
      return barred satisfies never;
  }
}

/** Why this ledger is not as others: one may only look on, is out of it, or does not hear of it any more. */
export function Standing({ ledger }: { ledger: LedgerView }) {
  const say = useWords('ledger');
  const errorText = useErrorText();
  const { role, barred } = ledger;
  if (barred) {
    const isGrave = barred === 'removed' || barred === 'membership_forked';
    return (
      <Alert role="alert" color={isGrave ? 'brick' : 'amber'} icon={<IconLock aria-hidden />} p="sm" title={say(`barred_${barred}`)} data-barred={barred}>
        {errorText({ code: barred })}
        <Group gap="xs" mt="xs"><WayOut ledger={ledger} barred={barred} /></Group>
      </Alert>
    );
  }
  if (role !== 'viewer') return null;
  return (
    <p className={classes.viewing}>
      <IconEye size={16} aria-hidden />
      <span>{say(ledger.template === 'tab' ? 'viewingTab' : 'viewing')} <Anchor inherit underline="always" href={routeToHash({ page: 'ledger', ledger: ledger.id, tab: 'members' })}>{say('seeMembers')}</Anchor></span>
    </p>
  );
}
