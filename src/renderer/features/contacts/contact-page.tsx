import { Anchor, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowLeft, IconMessageCircle } from '@tabler/icons-react';
import { useId } from 'react';
import type { ContactView } from '#contract/people-views.ts';
import { CallContactButton } from '#renderer/features/calls/entrances.tsx';
import { WriteIouButton } from '#renderer/features/ious/entrances.tsx';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Face } from '#renderer/ui/person-name.tsx';
import { RealName, VerifiedMark } from '#renderer/ui/real-name.tsx';
import { Section } from '#renderer/ui/section.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './contacts.module.css';
import { Petname } from './petname.tsx';
import { SafetyWords } from './safety-words.tsx';

const SHOWS = ['default', 'always', 'never'] as const;

/** One contact: who they are, how sure that is, and what they see of me. */
export function ContactPage({ contact }: { contact: ContactView | undefined }) {
  const say = useWords('contacts');
  const sayUi = useWords('ui');
  const sayChat = useWords('chat');
  const back = <Button component="a" href={routeToHash({ page: 'contacts' })} variant="default" leftSection={<IconArrowLeft size={16} aria-hidden />}>{say('back')}</Button>;
  if (!contact) return <Page title={say('goneTitle')}><EmptyState title={say('goneTitle')} text={say('goneText')} action={back} /></Page>;
  const name = contact.name || sayUi('unknownName');
  const message = contact.ledger !== null && (
    <Button component="a" href={routeToHash({ page: 'chats', ledger: contact.ledger })} leftSection={<IconMessageCircle size={16} aria-hidden />}>{sayChat('message')}</Button>
  );
  return (
    <Page title={name} actions={<>{contact.ledger !== null && <CallContactButton ledger={contact.ledger} root={contact.root} name={name} />}{message}{back}</>}>
      <Stack gap="lg">
        <div className={classes.card}>
          <Face name={name} picture={contact.picture} large />
          <div>
            <div className={classes.cardName}><bdi>{name}</bdi><VerifiedMark verified={contact.verified} size={22} /></div>
            {contact.petname !== null && contact.nickname !== '' && <div>{say('callsSelf', { name: contact.nickname })}</div>}
            <RealName realName={contact.realName} verified={contact.verified} />
            {contact.realName === null && <Text size="xs" c="dimmed">{say('realName')}: {say('realNameNone')}</Text>}
          </div>
        </div>
        {(contact.ledger !== null || contact.shared.length > 0) && <div><WriteIouButton root={contact.root} /></div>}
        <Petname contact={contact} />
        <SafetyWords contact={contact} name={name} />
        <SeesMine contact={contact} name={name} />
        <Shared contact={contact} />
        <Archive contact={contact} name={name} />
      </Stack>
    </Page>
  );
}

/** Whether they see my real name, and as what rule. */
function SeesMine({ contact, name }: { contact: ContactView; name: string }) {
  const say = useWords('contacts');
  const label = useId();
  const update = useCall('contacts.update');
  const { view: identity } = useWatch('identity.get', {});
  return (
    <Section title={say('seesMine')}>
      <Stack gap="xs">
        <Text size="sm" id={label} role="status">
          {identity && identity.realName === null
            ? <>{say('seesNone')} <Anchor inherit underline="always" href={routeToHash({ page: 'me' })}>{say('giveRealName')}</Anchor></>
            : say('seesNow', { name, sees: contact.seesMyRealName ? 'yes' : 'no' })}
        </Text>
        <SegmentedControl
          aria-labelledby={label} value={contact.showRealName} disabled={update.busy} style={{ alignSelf: 'start' }}
          data={SHOWS.map((value) => ({ value, label: say(`show_${value}`) }))}
          onChange={(value) => void update.run({ root: contact.root, showRealName: SHOWS.find((one) => one === value) ?? 'default' })}
        />
        <Text size="xs" c="dimmed">{say('showHint')}</Text>
        <FailureNotice error={update.error} onClose={update.clear} />
      </Stack>
    </Section>
  );
}

function Shared({ contact: { shared } }: { contact: ContactView }) {
  const say = useWords('contacts');
  return (
    <Section title={say('shared')}>
      {shared.length === 0 ? <Text size="sm" c="dimmed">{say('sharedNone')}</Text> : (
        <ul className={classes.ledgers}>
          {shared.map(({ ledger, name }) => <li key={ledger}><Anchor href={routeToHash({ page: 'ledger', ledger, tab: 'members' })}><bdi>{name}</bdi></Anchor></li>)}
        </ul>
      )}
    </Section>
  );
}

function Archive({ contact, name }: { contact: ContactView; name: string }) {
  const say = useWords('contacts');
  const update = useCall('contacts.update');
  const isArchived = contact.state === 'archived';
  // Somebody I only met in a ledger is not in the list of contacts yet.
  if (contact.state === 'met') return null;
  async function toggle(): Promise<void> {
    const reply = await update.run({ root: contact.root, archived: !isArchived });
    if (reply.ok) notifications.show({ message: say(isArchived ? 'unarchivedDone' : 'archivedDone', { name }) });
  }
  return (
    <div>
      <Group gap="md">
        <Button variant="default" loading={update.busy} onClick={() => void toggle()}>{say(isArchived ? 'unarchive' : 'archive')}</Button>
        <Text size="sm" c="dimmed" style={{ flex: '1 1 240px' }}>{say('archiveHint')}</Text>
      </Group>
      <FailureNotice error={update.error} onClose={update.clear} />
    </div>
  );
}
