import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import type { RefusedView } from '#contract/people-views.ts';
import type { LedgerView } from '#contract/views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './members.module.css';
import { Section } from '#renderer/ui/section.tsx';
import { useMemberName } from './use-member-name.ts';

type Change = RefusedView['changes'][number];

/** More than these are counted in one go at most. */
const MOST_AT_ONCE = 1_000;

/** Changes that count for nothing: whose, from where, what they say and why; an admin lets them count after all. */
export function Refused({ ledger, count }: { ledger: LedgerView; count: number }) {
  const say = useWords('members');
  const nameOf = useMemberName();
  const { run, error } = useCall('members.refused');
  const accept = useCall('members.accept');
  const [view, setView] = useState<RefusedView>();
  const [asking, setAsking] = useState<readonly Change[]>([]);
  useEffect(() => {
    let current = true;
    void run({ ledger: ledger.id }).then((reply) => {
      if (current && reply.ok) setView(reply.value);
    });
    return () => {
      current = false;
    };
    // `count`: asked again whenever there are more or fewer of them.
  }, [run, ledger.id, count]);

  // Those of another list of members nobody else has: their authors' devices send them anew.
  const acceptable = (view?.changes ?? []).filter(({ reason }) => reason !== 'other_line');

  const close = () => {
    accept.clear();
    setAsking([]);
  };
  async function countAfterAll(): Promise<void> {
    const hashes = asking.slice(0, MOST_AT_ONCE).map(({ hash }) => hash);
    const reply = await accept.run({ ledger: ledger.id, hashes });
    if (!reply.ok) return;
    close();
    notifications.show({ message: say('accepted', { count: hashes.length }) });
  }

  return (
    <Section title={say('refused')}>
      <Text size="sm">{say(view && acceptable.length === 0 ? 'leftLead' : 'refusedLead', { count })}</Text>
      <FailureNotice error={error} />
      <ul className={classes.list}>
        {view?.changes.map((change) => <RefusedChange key={change.hash} change={change} {...(view.mayAccept && change.reason !== 'other_line' && { onAccept: () => setAsking([change]) })} />)}
      </ul>
      {view?.mayAccept && acceptable.length > 1 && (
        <Group justify="flex-end" mt="xs"><Button variant="default" onClick={() => setAsking(acceptable)}>{say('acceptAll')}</Button></Group>
      )}
      <Confirm
        opened={asking.length > 0} title={say('acceptTitle', { count: asking.length })} confirmLabel={say('acceptConfirm')} danger busy={accept.busy}
        onConfirm={() => void countAfterAll()} onClose={close}
      >
        {asking[0] && (asking.length === 1 ? say('acceptText', { name: nameOf({ name: asking[0].author }) }) : say('acceptTextMany'))}
        <FailureNotice error={accept.error} />
      </Confirm>
    </Section>
  );
}

function RefusedChange({ change, onAccept }: { change: Change; onAccept?: () => void }) {
  const say = useWords('members');
  const format = useFormat();
  const name = useMemberName()({ name: change.author });
  return (
    <li className={classes.change}>
      <div>
        <Text size="sm" fw={500}>{change.device ? say('refusedBy', { name, device: change.device }) : say('refusedByUnnamed', { name })}</Text>
        <Text className={classes.faint}>{say(`reason_${change.reason}`)}</Text>
        <ul className={classes.entries}>
          {change.entries.map((entry, index) => (
            <li key={index} className={classes.entry}>
              <span>{format.date(entry.date, 'short')}</span>
              <bdi>{entry.description}</bdi>
              <Money amount={entry.amount} currency={entry.currency} />
              {entry.void && <span className={classes.faint}>{say('refusedVoid')}</span>}
            </li>
          ))}
          {change.messages.map((text, index) => <li key={index} className={classes.entry}><q><bdi dir="auto">{text}</bdi></q></li>)}
          {change.others > 0 && <li className={classes.faint}>{say('refusedOthers', { count: change.others })}</li>}
        </ul>
      </div>
      {onAccept && <Button size="compact-sm" variant="default" style={{ flex: 'none' }} aria-label={say('acceptLabel', { name })} onClick={onAccept}>{say('accept')}</Button>}
    </li>
  );
}
