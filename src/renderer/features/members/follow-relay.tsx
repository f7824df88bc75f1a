import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { LineRecordView, OtherLineView } from '#contract/people-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './members.module.css';
import { useMemberName } from './use-member-name.ts';

/** Where the relay shows another list of members: compares the two, and goes over to the relay's by this person's wish. */
export function FollowRelay({ ledger, name }: { ledger: string; name: string }) {
  const say = useWords('members');
  const look = useCall('members.otherLine');
  const follow = useCall('members.followRelay');
  const [isOpen, setOpen] = useState(false);
  const [other, setOther] = useState<OtherLineView>();

  async function open(): Promise<void> {
    setOpen(true);
    setOther(undefined);
    const reply = await look.run({ ledger });
    if (reply.ok) setOther(reply.value);
  }
  function close(): void {
    setOpen(false);
    look.clear();
    follow.clear();
  }
  async function takeOver(hash: string): Promise<void> {
    const reply = await follow.run({ ledger, hash });
    if (!reply.ok) return;
    close();
    notifications.show({ message: say('followed', { ledger: name }) });
  }

  return (
    <>
      <Button size="compact-sm" variant="default" loading={look.busy} onClick={() => void open()}>{say('compareLines')}</Button>
      <Modal opened={isOpen && !look.busy} onClose={close} title={say('followTitle', { ledger: name })} size="lg" centered>
        <FailureNotice error={look.error} />
        {look.error?.code === 'not_member' && <Text size="sm" mt="xs">{say('notInOther')}</Text>}
        {other && <Comparison other={other} />}
        <FailureNotice error={follow.error} />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close} data-autofocus>{say('followNot')}</Button>
          {other && <Button color="brick" loading={follow.busy} onClick={() => void takeOver(other.hash)}>{say('followConfirm')}</Button>}
        </Group>
      </Modal>
    </>
  );
}

function Comparison({ other: { members, theirs, ours } }: { other: OtherLineView }) {
  const say = useWords('members');
  const sayUi = useWords('ui');
  const nameOf = useMemberName();
  return (
    <Stack gap="sm">
      <Text size="sm">{say('followLead')}</Text>
      <Part title={say('inOther')} items={members.map((member) => `${nameOf(member)}${member.me ? ` (${sayUi('me')})` : ''} · ${sayUi(`role_${member.role}`)}`)} />
      <Records title={say('onlyThere')} none={say('onlyThereNone')} records={theirs} />
      <Records title={say('onlyHere')} none={say('onlyHereNone')} records={ours} />
      <ul className={classes.points}>
        <li>{say('followKeeps')}</li>
        <li>{say('followDrops')}</li>
        <li>{say('followOthers')}</li>
      </ul>
    </Stack>
  );
}

function Part({ title, items }: { title: string; items: readonly string[] }) {
  return (
    <section aria-label={title}>
      <Text size="sm" fw={500}>{title}</Text>
      <ul className={classes.bare}>{items.map((item, index) => <li key={index}><Text size="sm" span><bdi>{item}</bdi></Text></li>)}</ul>
    </section>
  );
}

function Records({ title, none, records }: { title: string; none: string; records: readonly LineRecordView[] }) {
  const say = useWords('members');
  const sayUi = useWords('ui');
  const nameOf = useMemberName();
  const toText = ({ kind, by, byMe, about, role }: LineRecordView): string => {
    const what = say(`record_${kind}`, { name: nameOf({ name: about ?? '' }), role: role ? sayUi(`role_${role}`) : '' });
    return kind === 'join' ? what : say('recordBy', { what, name: byMe ? sayUi('me') : nameOf({ name: by ?? '' }) });
  };
  return <Part title={title} items={records.length > 0 ? records.map(toText) : [none]} />;
}
