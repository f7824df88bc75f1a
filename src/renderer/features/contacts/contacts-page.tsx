import { Anchor, Button, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { IconAddressBook, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ContactView } from '#contract/people-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { RealName, VerifiedMark } from '#renderer/ui/real-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { ContactPage } from './contact-page.tsx';
import classes from './contacts.module.css';
import { InviteContact } from './invite-contact.tsx';

/** The people I know, or one of them. */
export function ContactsPage({ contact: root }: { contact?: string }) {
  const { view, error } = useWatch('contacts.list', {});
  if (root !== undefined && view) return <ContactPage key={root} contact={view.find((one) => one.root === root)} />;
  return <Contacts contacts={root === undefined ? view : undefined} error={error} />;
}

function Contacts({ contacts, error }: { contacts: readonly ContactView[] | undefined; error: Parameters<typeof FailureNotice>[0]['error'] }) {
  const say = useWords('contacts');
  const [isInviting, setInviting] = useState(false);
  const [withArchived, setWithArchived] = useState(false);
  const of = (state: ContactView['state']) => contacts?.filter((one) => one.state === state) ?? [];
  const [active, met, archived] = [of('active'), of('met'), of('archived')];
  const invite = <Button variant={contacts?.length === 0 ? 'filled' : 'default'} leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>{say('add')}</Button>;
  const open = <Button component="a" href={routeToHash({ page: 'join' })} variant="default">{say('open')}</Button>;
  return (
    <Page title={say('title')} actions={contacts && contacts.length > 0 && invite}>
      <FailureNotice error={error} />
      {!contacts && !error && <Skeleton height={120} aria-hidden />}
      {contacts?.length === 0 && (
        <EmptyState icon={<IconAddressBook size={40} stroke={1.25} />} title={say('emptyTitle')} text={say('emptyText')} action={<>{invite}{open}</>} />
      )}
      <Stack gap="lg">
        <Group label={say('list')} contacts={active} />
        <Group label={say('met')} lead={say('metLead')} contacts={met} />
        {archived.length > 0 && (
          <div>
            <Anchor component="button" type="button" size="sm" aria-expanded={withArchived} onClick={() => setWithArchived(!withArchived)}>{say('showArchived', { count: archived.length })}</Anchor>
            {withArchived && <Group label={say('archived')} contacts={archived} />}
          </div>
        )}
      </Stack>
      <InviteContact opened={isInviting} onClose={() => setInviting(false)} />
    </Page>
  );
}

function Group({ label, lead, contacts }: { label: string; lead?: string; contacts: readonly ContactView[] }) {
  if (contacts.length === 0) return null;
  return (
    <section aria-label={label}>
      <h2 className={classes.heading}>{label}</h2>
      {lead && <Text size="sm" c="dimmed" mb="xs">{lead}</Text>}
      <Paper withBorder>
        <ul className={classes.list}>{contacts.map((contact) => <Line key={contact.root} contact={contact} />)}</ul>
      </Paper>
    </section>
  );
}

function Line({ contact }: { contact: ContactView }) {
  const say = useWords('contacts');
  const sayUi = useWords('ui');
  const { root, name, petname, nickname, realName, picture, verified, shared } = contact;
  return (
    <li>
      <a className={classes.contact} href={routeToHash({ page: 'contacts', contact: root })}>
        <span className={classes.who}>
          <span className={classes.nameLine}><PersonName name={name || sayUi('unknownName')} picture={picture} face /><VerifiedMark verified={verified} /></span>
          {petname !== null && nickname !== '' && nickname !== petname && <span className={classes.beneath}>{say('callsSelf', { name: nickname })}</span>}
          {realName !== null && <span className={classes.beneath}><RealName realName={realName} verified={verified} /></span>}
        </span>
        <span className={classes.faint}>{[...(verified ? [] : [say('notVerified')]), say('sharedCount', { count: shared.length })].join(' · ')}</span>
      </a>
    </li>
  );
}
