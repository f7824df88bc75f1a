import { Button, Paper, Skeleton } from '@mantine/core';
import { IconCreditCard, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { TabView } from '#contract/counter-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { NewTab } from './new-tab.tsx';
import classes from './counter.module.css';

/** What the customer has with the shop, in words and figures. */
export function Balance({ tab, size }: { tab: TabView; size?: 'row' | 'headline' }) {
  const say = useWords('counter');
  const { balance, currency } = tab;
  if (balance === 0) return <span>{say('even')}</span>;
  return <span>{say(balance > 0 ? 'has' : 'owes')} <Money amount={Math.abs(balance)} currency={currency} {...(size && { size })} /></span>;
}

function Line({ shop, tab }: { shop: string; tab: TabView }) {
  const say = useWords('counter');
  const format = useFormat();
  const { customer, kind, state, cards, joined } = tab;
  if (state === 'elsewhere') return <li className={classes.row}><span className={classes.who}><bdi className={classes.name}>{customer}</bdi><span className={classes.faint}>{say('elsewhere')}</span></span></li>;
  const facts = [say(`kind_${kind}`), say('cards', { count: cards }), say(joined ? 'joined' : 'notJoined'), ...(state === 'closed' ? [say('closed')] : [])];
  return (
    <li>
      <a className={classes.row} href={routeToHash({ page: 'counter', shop, part: 'tabs', tab: tab.tab })}>
        <span className={classes.who}><bdi className={classes.name}>{customer}</bdi><span className={classes.faint}>{facts.join(' · ')}</span></span>
        <span className={classes.sum}><Balance tab={tab} /><span className={classes.faint}>{say('spendable', { amount: format.money(tab.spendable, tab.currency) })}</span></span>
      </a>
    </li>
  );
}

/** The tabs of a shop's customers. */
export function TabsPart({ shop, currency }: { shop: string; currency: string }) {
  const say = useWords('counter');
  const { view, error } = useWatch('tabs.list', { shop });
  const [isOpening, setOpening] = useState(false);
  const add = <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpening(true)}>{say('newTab')}</Button>;
  return (
    <>
      <FailureNotice error={error} />
      {!view && !error && <Skeleton height={120} aria-hidden />}
      {view?.length === 0 && <EmptyState icon={<IconCreditCard size={40} stroke={1.25} />} title={say('noTabs')} text={say('noTabsText')} action={add} />}
      {view && view.length > 0 && (
        <>
          <Paper withBorder mb="md"><ul className={classes.list} aria-label={say('tabs')}>{view.map((tab) => <Line key={tab.tab} shop={shop} tab={tab} />)}</ul></Paper>
          {add}
        </>
      )}
      <NewTab shop={shop} currency={currency} opened={isOpening} onClose={() => setOpening(false)} />
    </>
  );
}
