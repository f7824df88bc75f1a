import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconChevronRight, IconCloudUp, IconLock, IconPlus, IconUserQuestion } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { LedgerSummaryView } from '#contract/views.ts';
import { DueIous } from '#renderer/features/ious/due.tsx';
import { PhraseReminder } from '#renderer/features/identity/phrase-reminder.tsx';
import { FirstLedger } from '#renderer/features/start/first-ledger.tsx';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { ledgerToRoute, routeToHash, type Route } from '#renderer/lib/route.ts';
import { useIsSending } from '#renderer/lib/sending.ts';
import { mayEnter, mayWrite } from '#renderer/lib/standing.ts';
import { TemplateIcon } from '#renderer/ui/template-icon.tsx';
import { ownCurrencyFirst } from '#renderer/lib/balances.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './today.module.css';

/** Balances of all ledgers, currency by currency: amounts of different currencies are never added up. */
export function sumBalances(ledgers: readonly LedgerSummaryView[]): { currency: string; owed: number; owing: number }[] {
  const sums = new Map<string, { currency: string; owed: number; owing: number }>();
  for (const { currency, amount } of ledgers.flatMap(ownCurrencyFirst)) {
    const sum = sums.get(currency) ?? { currency, owed: 0, owing: 0 };
    if (amount > 0) sum.owed += amount;
    else sum.owing -= amount;
    sums.set(currency, sum);
  }
  return [...sums.values()];
}

function Overview({ ledgers }: { ledgers: readonly LedgerSummaryView[] }) {
  const say = useWords('shell');
  const sums = sumBalances(ledgers);
  const sides = [
    { title: say('todayOwed'), rows: sums.filter((sum) => sum.owed > 0).map(({ currency, owed }) => ({ currency, amount: owed })) },
    { title: say('todayOwe'), rows: sums.filter((sum) => sum.owing > 0).map(({ currency, owing }) => ({ currency, amount: -owing })) },
  ].filter((side) => side.rows.length > 0);
  // One figure is a headline; a column of them is a list.
  const isShort = sides.every((side) => side.rows.length <= 2);
  return (
    <section aria-labelledby="today-balance">
      <h2 id="today-balance" className={classes.heading}>{say('todayBalance')}</h2>
      {sides.length === 0 ? <p className={classes.even}>{say('todayEven')}</p> : (
        <div className={classes.sides}>
          {sides.map((side) => (
            <div key={side.title} className={classes.side}>
              <div className={classes.sideTitle}>{side.title}</div>
              <div className={classes.sums}>{side.rows.map((row) => <Money key={row.currency} amount={row.amount} currency={row.currency} signed size={isShort ? 'headline' : 'title'} />)}</div>
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

function Notice({ route, tone, icon, ledger, children }: { route: Route; tone: 'wait' | 'plain'; icon: ReactNode; ledger: string; children: ReactNode }) {
  return (
    <li>
      <a className={classes.notice} data-tone={tone} href={routeToHash(route)}>
        <span className={classes.noticeIcon}>{icon}</span>
        <span className={classes.noticeText}><strong><bdi>{ledger}</bdi></strong> {children}</span>
        <IconChevronRight size={16} aria-hidden />
      </a>
    </li>
  );
}

function Attention({ ledgers }: { ledgers: readonly LedgerSummaryView[] }) {
  const say = useWords('shell');
  const isSending = useIsSending();
  const waiting = isSending ? ledgers.filter((ledger) => ledger.waiting > 0) : [];
  // Somebody who only looks on need not say who they are, and cannot choose.
  const isTorn = (ledger: LedgerSummaryView) => ledger.conflicts > 0 && mayWrite(ledger);
  if (waiting.length === 0 && ledgers.every((ledger) => !isTorn(ledger) && !ledger.barred && !mayEnter(ledger))) return null;
  return (
    <section aria-labelledby="today-attention">
      <h2 id="today-attention" className={classes.heading}>{say('todayAttention')}</h2>
      <ul className={classes.notices}>
        {ledgers.filter((ledger) => ledger.barred).map((ledger) => (
          <Notice key={`barred ${ledger.id}`} route={{ page: 'ledger', ledger: ledger.id, tab: 'entries' }} tone="wait" icon={<IconLock size={18} aria-hidden />} ledger={ledger.name}>
            {say('todayBarred')}
          </Notice>
        ))}
        {ledgers.filter(mayEnter).map((ledger) => (
          <Notice key={`who ${ledger.id}`} route={{ page: 'ledger', ledger: ledger.id, tab: 'people' }} tone="wait" icon={<IconUserQuestion size={18} aria-hidden />} ledger={ledger.name}>
            {say('todayWho')}
          </Notice>
        ))}
        {ledgers.filter(isTorn).map((ledger) => (
          <Notice
            key={`conflicts ${ledger.id}`} route={{ page: 'ledger', ledger: ledger.id, tab: 'entries', filter: { only: 'conflict' } }}
            tone="wait" icon={<IconAlertTriangle size={18} aria-hidden />} ledger={ledger.name}
          >
            {say('todayConflicts', { count: ledger.conflicts })}
          </Notice>
        ))}
        {waiting.map((ledger) => (
          <Notice key={`waiting ${ledger.id}`} route={{ page: 'sync' }} tone="plain" icon={<IconCloudUp size={18} aria-hidden />} ledger={ledger.name}>
            {say('todayWaiting', { count: ledger.waiting })}
          </Notice>
        ))}
      </ul>
    </section>
  );
}

function LedgerCard({ ledger }: { ledger: LedgerSummaryView }) {
  const say = useWords('shell');
  const format = useFormat();
  const facts = [
    say('people', { count: ledger.people }),
    say('entriesCount', { count: ledger.entries }),
    ...(ledger.lastDate ? [say('lastEntry', { date: format.date(ledger.lastDate, 'short') })] : []),
  ];
  return (
    <li>
      <a className={classes.ledger} href={routeToHash(ledgerToRoute(ledger))}>
        <span className={classes.ledgerIcon}><TemplateIcon template={ledger.template} /></span>
        <span className={classes.ledgerText}>
          <bdi className={classes.ledgerName}>{ledger.name}</bdi>
          <span className={classes.ledgerFacts}>{facts.join(' · ')}</span>
        </span>
        <span className={classes.ledgerBalances}>
          {ownCurrencyFirst(ledger).map((balance) => <Money key={balance.currency} amount={balance.amount} currency={balance.currency} signed words="me" />)}
          {ledger.balances.length === 0 && ledger.entries > 0 && ledger.me && <span className={classes.faint}>{say('settled')}</span>}
        </span>
      </a>
    </li>
  );
}

/** Home: where I stand, what wants a look, and my ledgers. */
export function TodayPage() {
  const say = useWords('shell');
  const { view: ledgers, error } = useWatch('ledgers.list', {});
  const { view: reminders = [] } = useWatch('ious.reminders', {});
  if (ledgers?.length === 0 && reminders.length === 0) return <FirstLedger />;
  return (
    <Page
      title={say('today')}
      actions={<Button component="a" href={routeToHash({ page: 'new' })} variant="default" leftSection={<IconPlus size={16} aria-hidden />}>{say('newLedger')}</Button>}
    >
      <FailureNotice error={error} />
      {!ledgers ? <Skeleton height={180} aria-hidden /> : (
        <div className={classes.sections}>
          {ledgers.length > 0 && <Overview ledgers={ledgers} />}
          <DueIous reminders={reminders} />
          <Attention ledgers={ledgers} />
          <PhraseReminder />
          {ledgers.length > 0 && (
            <section aria-labelledby="today-ledgers">
              <h2 id="today-ledgers" className={classes.heading}>{say('todayLedgers')}</h2>
              <ul className={classes.ledgers}>{ledgers.map((ledger) => <LedgerCard key={ledger.id} ledger={ledger} />)}</ul>
            </section>
          )}
        </div>
      )}
    </Page>
  );
}
