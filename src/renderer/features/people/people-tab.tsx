import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { LedgerView, PersonView } from '#contract/views.ts';
import { InviteDialog } from '#renderer/features/sharing/invite-dialog.tsx';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useProfile } from '#renderer/lib/profile.tsx';
import { mayEnter, mayManage, mayWrite } from '#renderer/lib/standing.ts';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { NameDialog } from './name-dialog.tsx';
import classes from './people.module.css';
import { PersonRow } from './person-row.tsx';

type Asking = { about: 'new' | 'me' } | { about: 'invite' } | { about: 'name' | 'claim'; person: PersonView } | null;

/** The people of a ledger, with and without devices. */
export function PeopleTab({ ledger }: { ledger: LedgerView }) {
  const say = useWords('people');
  const errorText = useErrorText();
  const { view: members } = useWatch('members.get', { ledger: ledger.id });
  const add = useCall('people.add');
  const rename = useCall('people.rename');
  const archive = useCall('people.archive');
  const claim = useCall('people.claim');
  const enterBook = useCall('people.enter');
  const [asking, setAsking] = useState<Asking>(null);
  const [refused, setRefused] = useState<PersonView | null>(null);
  const [withArchived, setWithArchived] = useState(false);
  const writes = mayWrite(ledger);
  const isNobody = mayEnter(ledger);
  const myName = useProfile().name;
  const active = ledger.persons.filter(({ state }) => state === 'active');
  const archived = ledger.persons.filter(({ state }) => state === 'archived');

  function close(): void {
    setAsking(null);
    add.clear();
    rename.clear();
    claim.clear();
    enterBook.clear();
  }
  async function saveNew(name: string): Promise<void> {
    const reply = await add.run({ ledger: ledger.id, name });
    if (!reply.ok) return;
    close();
    notifications.show({ message: say('added', { name }) });
  }
  async function saveName(person: PersonView, name: string): Promise<void> {
    if (name === person.name) return close();
    const reply = await rename.run({ ledger: ledger.id, person: person.id, name });
    if (reply.ok) close();
  }
  async function becomePerson({ id, name }: PersonView): Promise<void> {
    const reply = await claim.run({ ledger: ledger.id, person: id });
    if (!reply.ok) return;
    close();
    notifications.show({ message: say('claimed', { name }) });
  }
  async function enter(name: string): Promise<void> {
    const reply = await enterBook.run({ ledger: ledger.id, name });
    if (!reply.ok) return;
    close();
    notifications.show({ message: say('claimed', { name }) });
  }
  async function setArchived(person: PersonView, value: boolean): Promise<void> {
    setRefused(null);
    const reply = await archive.run({ ledger: ledger.id, person: person.id, archived: value });
    if (!reply.ok) return setRefused(person);
    notifications.show({ message: say(value ? 'archived' : 'unarchived', { name: person.name }) });
  }

  const rows = (people: readonly PersonView[]) => (
    <ul className={classes.list}>
      {people.map((person) => (
        <PersonRow
          key={person.id} person={person} member={members?.members.find((one) => one.person === person.id)} writes={writes} claims={writes || isNobody}
          onInvite={mayManage(ledger) ? () => setAsking({ about: 'invite' }) : undefined}
          onRename={() => setAsking({ about: 'name', person })}
          onArchive={() => void setArchived(person, person.state === 'active')}
          onClaim={() => setAsking({ about: 'claim', person })}
        />
      ))}
    </ul>
  );

  return (
    <Stack gap="md" pb="xl" maw={760}>
      <Group justify="space-between">
        <Text c="dimmed">{say('lead', { count: active.length })}</Text>
        {writes && <Button variant="default" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setAsking({ about: 'new' })}>{say('add')}</Button>}
      </Group>
      {isNobody && (
        <Alert color="amber" p="sm" title={say('nobodyTitle')}>
          {say('nobodyText')}
          <Group mt="xs"><Button size="compact-sm" variant="default" onClick={() => setAsking({ about: 'me' })}>{say('newHere')}</Button></Group>
        </Alert>
      )}
      {refused && archive.error && (
        <Alert role="alert" color="brick" title={say('archiveRefused', { name: refused.name })} withCloseButton onClose={() => setRefused(null)}>
          {errorText(archive.error)}
        </Alert>
      )}
      <Paper withBorder>{rows(active)}</Paper>
      {archived.length > 0 && (
        <>
          <Button variant="subtle" size="compact-sm" style={{ alignSelf: 'start' }} aria-expanded={withArchived} onClick={() => setWithArchived(!withArchived)}>
            {say('showArchived', { count: archived.length })}
          </Button>
          {withArchived && <Paper withBorder>{rows(archived)}</Paper>}
        </>
      )}
      <NameDialog
        ledger={ledger} opened={asking?.about === 'new'} title={say('add')} hint={say('addHint')} confirmLabel={say('addConfirm')}
        name="" busy={add.busy} error={add.error} onSave={(name) => void saveNew(name)} onClose={close}
      />
      <NameDialog
        ledger={ledger} opened={asking?.about === 'name'} confirmLabel={say('save')}
        title={asking?.about === 'name' ? say('renameTitle', { name: asking.person.name }) : ''}
        name={asking?.about === 'name' ? asking.person.name : ''} busy={rename.busy} error={rename.error}
        onSave={(name) => asking?.about === 'name' && void saveName(asking.person, name)} onClose={close}
      />
      <NameDialog
        ledger={ledger} opened={asking?.about === 'me'} title={say('newHere')} confirmLabel={say('newHereConfirm')}
        name={myName} busy={enterBook.busy} error={enterBook.error} onSave={(name) => void enter(name)} onClose={close}
      />
      <Confirm
        opened={asking?.about === 'claim'} title={asking?.about === 'claim' ? say('claimTitle', { name: asking.person.name }) : ''} confirmLabel={say('claimConfirm')}
        busy={claim.busy} onConfirm={() => asking?.about === 'claim' && void becomePerson(asking.person)} onClose={close}
      >
        {say('claimText')}
        <FailureNotice error={claim.error} />
      </Confirm>
      <InviteDialog ledger={ledger} opened={asking?.about === 'invite'} onClose={close} />
    </Stack>
  );
}
