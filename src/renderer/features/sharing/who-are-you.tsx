import { Alert, Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type KeyboardEvent } from 'react';
import type { InvitePreviewView } from '#contract/views.ts';
import type { LedgerId } from '#domain/ids.ts';
import { nameSchema } from '#domain/text.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { useProfileIfKnown } from '#renderer/lib/profile.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './sharing.module.css';
import { WhoIsIn } from './who-is-in.tsx';

interface WhoAreYouProps {
  preview: InvitePreviewView;
  onJoined(ledger: LedgerId): void;
  onBack(): void;
}

const NEW = 'new';
const NOBODY = 'nobody';

/** Which person of the ledger this device belongs to: somebody who waits there, oneself again, somebody new, or nobody who has a part in it. */
export function WhoAreYou({ preview, onJoined, onBack }: WhoAreYouProps) {
  const say = useWords('sharing');
  const ui = useWords('ui');
  const join = useCall('sharing.join');
  const myName = useProfileIfKnown()?.name ?? '';
  const isViewer = preview.role === 'viewer';
  // Somebody who only looks on cannot write themselves into the book.
  const other = isViewer ? NOBODY : NEW;
  const persons = preview.persons.toSorted((a, b) => a.devices - b.devices);
  const [chosen, setChosen] = useState<string | null>(() => persons.find(({ name, devices }) => name === myName && devices === 0)?.id ?? (isViewer ? NOBODY : null));
  const [name, setName] = useState(myName);
  const [first] = useState(chosen ?? persons[0]?.id ?? other);
  const person = persons.find(({ id }) => id === chosen);
  const newName = nameSchema.safeParse(name.trim());
  const ready = person !== undefined || (chosen === NEW && newName.success) || chosen === NOBODY;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!ready || join.busy) return;
    const reply = await join.run({ ticket: preview.ticket, as: person ? { person: person.id } : chosen === NOBODY ? null : { name: name.trim() } });
    if (reply.ok) onJoined(reply.value.ledger);
  }

  /** Enter joins only as who is marked already: on any other choice it marks that one. */
  function chooseByEnter(event: KeyboardEvent, value: string): void {
    if (event.key !== 'Enter' || (value === chosen && !event.repeat)) return;
    event.preventDefault();
    setChosen(value);
  }
  const choice = (value: string) => ({ value, onKeyDown: (event: KeyboardEvent) => chooseByEnter(event, value), ...(value === first && { ref: focusOnMount }) });

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md" maw={560}>
        <WhoIsIn preview={preview} />
        <Text>{say('comeAs', { role: ui(`role_${preview.role}`), may: ui(`may_${preview.role}`) })}</Text>
        <Text c="dimmed">{say(isViewer ? 'lookLead' : 'whoLead')}</Text>
        <Text size="sm" c="dimmed" className={classes.address}>{say('viaRelay', { relay: preview.relay })}</Text>
        {preview.setsRelay && <Alert color="amber" p="sm">{say('setsRelay')}</Alert>}
        <Radio.Group value={chosen} onChange={setChosen} aria-label={say('people')}>
          <Stack gap="xs">
            {persons.map(({ id, name: personName, devices }) => (
              <label key={id} className={classes.person} data-checked={chosen === id || undefined}>
                <Radio {...choice(id)} />
                <span className={classes.personName}><PersonName name={personName} face /></span>
                <Text component="span" size="sm" c="dimmed">{devices === 0 ? say('personFree') : say('personTaken', { count: devices })}</Text>
              </label>
            ))}
            <label className={classes.person} data-checked={chosen === other || undefined}>
              <Radio {...choice(other)} />
              <span className={classes.personName}>{say(isViewer ? 'onlyLook' : 'newHere')}</span>
            </label>
          </Stack>
        </Radio.Group>
        {person && person.devices > 0 && <Text size="sm" role="status">{say('secondDevice')}</Text>}
        {chosen === NEW && (
          <TextInput label={say('myName')} autoComplete="off" maxLength={80} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        )}
        <FailureNotice error={join.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onBack}>{say('otherInvite')}</Button>
          <Button type="submit" loading={join.busy} disabled={!ready}>
            {person ? say('joinAs', { name: person.name }) : say(isViewer ? 'joinOnly' : 'join')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
