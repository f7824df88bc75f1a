import { ActionIcon, Button, Loader, Menu, Tabs, Tooltip, UnstyledButton } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconDots, IconFileImport, IconPencil, IconPlus, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import type { LedgerView } from '#contract/views.ts';
import { BalancesTab } from '#renderer/features/balances/balances-tab.tsx';
import { LedgerChat } from '#renderer/features/chat/ledger-chat.tsx';
import { LedgerUnread } from '#renderer/features/chat/unread.tsx';
import { EntriesTab } from '#renderer/features/entries/entries-tab.tsx';
import { DraftOffer } from '#renderer/features/entries/form/draft-offer.tsx';
import { EntryPanel } from '#renderer/features/entries/panel/entry-panel.tsx';
import { MembersTab } from '#renderer/features/members/members-tab.tsx';
import { PeopleTab } from '#renderer/features/people/people-tab.tsx';
import { InviteDialog } from '#renderer/features/sharing/invite-dialog.tsx';
import { CHORDS } from '#renderer/features/shell/shortcut-list.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { meFirst } from '#renderer/lib/people.ts';
import { openEntryForm } from '#renderer/lib/open-form.ts';
import { LEDGER_TABS, navigate, routeToHash, type LedgerTab, type Route } from '#renderer/lib/route.ts';
import { mayManage, mayWrite } from '#renderer/lib/standing.ts';
import { useShortcut } from '#renderer/lib/shortcuts.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Keys } from '#renderer/ui/keys.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Face } from '#renderer/ui/person-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { BalanceStrip } from './balance-strip.tsx';
import { LedgerDetails } from './ledger-details.tsx';
import { Standing } from './standing.tsx';
import { useUndo } from './use-undo.ts';
import classes from './ledger.module.css';

/** Recharts is large, and most visits never open it. */
const ChartsTab = lazy(async () => ({ default: (await import('#renderer/features/charts/charts-tab.tsx')).ChartsTab }));

type LedgerRoute = Extract<Route, { page: 'ledger' }>;

const FACES = 5;

/** The people as a row of first letters, leading to them. */
function Members({ ledger }: { ledger: LedgerView }) {
  const say = useWords('ledger');
  const active = meFirst(ledger.persons.filter((person) => person.state === 'active'));
  return (
    <UnstyledButton component="a" href={routeToHash({ page: 'ledger', ledger: ledger.id, tab: 'people' })} className={classes.members} aria-label={say('members', { count: active.length })}>
      {active.slice(0, FACES).map((person) => <Face key={person.id} name={person.name} me={person.me} />)}
      {active.length > FACES && <span className={classes.moreMembers} aria-hidden>+{active.length - FACES}</span>}
    </UnstyledButton>
  );
}

function Actions({ ledger }: { ledger: LedgerView }) {
  const say = useWords('ledger');
  const [open, setOpen] = useState<'invite' | 'details'>();
  const { undo, redo, undoWhat, redoWhat } = useUndo(ledger);
  const writes = mayWrite(ledger);
  useShortcut(CHORDS.undo, undo, { enabled: writes });
  useShortcut(CHORDS.redo, redo, { enabled: writes });
  const close = useCallback(() => setOpen(undefined), []);
  return (
    <>
      {writes && (
        <>
          <Tooltip label={undoWhat ? say('undoWhat', { what: undoWhat }) : say('undo')}>
            <ActionIcon variant="subtle" color="gray" size={36} aria-label={say('undo')} disabled={!undoWhat} onClick={undo}><IconArrowBackUp size={18} aria-hidden /></ActionIcon>
          </Tooltip>
          <Tooltip label={redoWhat ? say('redoWhat', { what: redoWhat }) : say('redo')}>
            <ActionIcon variant="subtle" color="gray" size={36} aria-label={say('redo')} disabled={!redoWhat} onClick={redo}><IconArrowForwardUp size={18} aria-hidden /></ActionIcon>
          </Tooltip>
        </>
      )}
      {mayManage(ledger) && <Button variant="default" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setOpen('invite')}>{say('invite')}</Button>}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={36} aria-label={say('more')}><IconDots size={18} aria-hidden /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUsers size={16} aria-hidden />} onClick={() => navigate({ page: 'ledger', ledger: ledger.id, tab: 'members' })}>{say('membersAndRoles')}</Menu.Item>
          {writes && <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpen('details')}>{say('rename')}</Menu.Item>}
          {writes && <Menu.Item leftSection={<IconFileImport size={16} aria-hidden />} onClick={() => navigate({ page: 'import', ledger: ledger.id })}>{say('importInto')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <InviteDialog ledger={ledger} opened={open === 'invite'} onClose={close} />
      {open === 'details' && <LedgerDetails ledger={ledger} onClose={close} />}
    </>
  );
}

function Tab({ tab, ledger, route }: { tab: LedgerTab; ledger: LedgerView; route: LedgerRoute }) {
  switch (tab) {
    case 'entries':
      return <EntriesTab ledger={ledger} filter={route.filter} openEntry={route.entry} />;
    case 'balances':
      return <BalancesTab ledger={ledger} />;
    case 'charts':
      return <Suspense fallback={<Loader size="sm" m="lg" />}><ChartsTab ledger={ledger} /></Suspense>;
    case 'chat':
      return <LedgerChat ledger={ledger} message={route.message} />;
    case 'people':
      return <PeopleTab ledger={ledger} />;
    case 'members':
      return <MembersTab ledger={ledger} />;
    default:
      return tab satisfies never;
  }
}

function OpenLedger({ ledger, route }: { ledger: LedgerView; route: LedgerRoute }) {
  const say = useWords('ledger');
  const newEntry = () => openEntryForm({ ledger: ledger.id });
  const writes = mayWrite(ledger);
  useShortcut(CHORDS.newEntry, newEntry, { enabled: writes });
  const go = (tab: LedgerTab) => navigate({ page: 'ledger', ledger: ledger.id, tab });
  const closeEntry = useCallback(() => navigate({ ...route, entry: undefined, message: undefined }, { replace: true }), [route]);

  return (
    <div className={classes.withPanel}>
      <Tabs
        className={classes.tabs} value={route.tab} keepMounted={false}
        onChange={(value) => {
          const tab = LEDGER_TABS.find((one) => one === value);
          if (tab) go(tab);
        }}
      >
        <Page
          title={ledger.name} layout="fill" width="wide" aside={<Members ledger={ledger} />} actions={<Actions ledger={ledger} />}
          lead={
            <div className={classes.lead}>
              <Standing ledger={ledger} />
              {writes && <DraftOffer ledger={ledger.id} />}
              <BalanceStrip ledger={ledger} />
              <div className={classes.tabRow}>
                <Tabs.List aria-label={say('tabs')} className={classes.tabList}>
                  {LEDGER_TABS.map((tab) => <Tabs.Tab key={tab} value={tab}>{say(`tab_${tab}`)}{tab === 'chat' && <LedgerUnread ledger={ledger.id} />}</Tabs.Tab>)}
                </Tabs.List>
                {writes && (
                  <Button leftSection={<IconPlus size={16} aria-hidden />} rightSection={<span className={classes.onAccent}><Keys chord={CHORDS.newEntry} /></span>} onClick={newEntry}>
                    {say('newEntry')}
                  </Button>
                )}
              </div>
            </div>
          }
        >
          <Tabs.Panel value={route.tab} className={classes.panel} data-tab={route.tab}>
            <Tab tab={route.tab} ledger={ledger} route={route} />
          </Tabs.Panel>
        </Page>
      </Tabs>
      {route.entry && <EntryPanel key={route.entry} ledger={ledger} entryId={route.entry} message={route.message} onClose={closeEntry} />}
    </div>
  );
}

/** One ledger: where I stand in it, and its entries, balances, charts, people and members. */
export function LedgerPage({ route }: { route: LedgerRoute }) {
  const say = useWords('ledger');
  const { view: ledger, error } = useWatch('ledgers.get', { ledger: route.ledger });
  useEffect(() => {
    // A page that is still loading keeps the title of the window quiet.
    if (ledger === undefined) document.title = 'Tallystick';
  }, [ledger]);
  if (ledger) return <OpenLedger ledger={ledger} route={route} />;
  if (error) return <Page title={say('notFound')}><FailureNotice error={error} /></Page>;
  if (ledger === undefined) return null;
  return (
    <Page title={say('notFound')}>
      <EmptyState
        title={say('notFound')} text={say('notFoundText')}
        action={<Button component="a" href={routeToHash({ page: 'today' })} variant="default">{say('toToday')}</Button>}
      />
    </Page>
  );
}
