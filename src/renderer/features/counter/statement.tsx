import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { TabView } from '#contract/counter-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './counter.module.css';

const PAGE = 50;
const LONGEST = 500;

/** What was sold and paid in, newest first, as the customer sees it: a sale takes, a top-up gives. */
export function Statement({ tab: { tab } }: { tab: TabView }) {
  const say = useWords('counter');
  const format = useFormat();
  const [limit, setLimit] = useState(PAGE);
  const { view, error } = useWatch('entries.page', { ledger: tab, offset: 0, limit }, { keepLast: true });
  if (!view) return <FailureNotice error={error} />;
  if (view.total === 0) return <Text c="dimmed" p="md">{say('noEntries')}</Text>;
  return (
    <>
      <ul className={classes.list}>
        {view.rows.map(({ id, date, description, amount, currency, state, myEffect }) => (
          <li key={id} className={classes.row} data-void={state === 'void' || undefined}>
            <span className={classes.who}>
              <bdi className={state === 'void' ? classes.void : undefined}>{description}</bdi>
              <span className={classes.faint}>{[format.date(date), ...(state === 'void' ? [say('voided')] : [])].join(' · ')}</span>
            </span>
            {/* My own effect is the shop's: the customer's is the other way round. A void one has none. */}
            <span className={state === 'void' ? classes.void : undefined}>
              <Money amount={state === 'void' ? amount : -(myEffect ?? 0)} currency={currency} signed={state !== 'void'} />
            </span>
          </li>
        ))}
      </ul>
      {view.total > view.rows.length && limit < LONGEST && <Button variant="subtle" m="xs" onClick={() => setLimit(Math.min(LONGEST, limit * 4))}>{say('showMore')}</Button>}
    </>
  );
}
