import { Button, SimpleGrid, Stack } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useState } from 'react';
import type { LedgerView } from '#contract/views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { today } from '#renderer/lib/date-words.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { BalanceChart } from './balance-chart.tsx';
import { CategoryChart } from './category-chart.tsx';
import { createEntriesHref } from './entries-href.ts';
import { MonthChart } from './month-chart.tsx';
import { PeopleChart } from './people-chart.tsx';
import { RangeBar } from './range-bar.tsx';
import { previousRange, rangeToDates, type RangeName } from './range.ts';
import { Totals } from './totals.tsx';

/** Where the money went, in pictures that are tables too. */
export function ChartsTab({ ledger }: { ledger: LedgerView }) {
  const say = useWords('charts');
  const [now] = useState(today);
  const [range, setRange] = useState<RangeName>('year');
  const [custom, setCustom] = useState(() => rangeToDates('quarter', now));
  const [chosenCurrency, setCurrency] = useState<string>();
  const currency = chosenCurrency ?? ledger.currencies[0] ?? ledger.currency;
  const dates = range === 'custom' ? custom : rangeToDates(range, now);
  const backwards = dates.to < dates.from;
  const { view, error } = useWatch('charts.get', backwards ? null : { ledger: ledger.id, currency, ...dates }, { keepLast: true });
  const href = createEntriesHref(ledger.id, currency);
  // Figures of another time than the dates above them would be believed.
  const shown = backwards ? undefined : view;
  const empty = shown && shown.categories.length === 0 && shown.months.length === 0 && shown.balance.length === 0;
  return (
    <Stack gap="md" pb="xl">
      <RangeBar
        range={range} onRange={setRange} custom={custom} onCustom={setCustom}
        currency={currency} currencies={ledger.currencies} onCurrency={setCurrency}
      />
      <FailureNotice error={error} />
      {empty && (
        <EmptyState
          icon={<IconChartBar size={40} stroke={1.25} />}
          title={say('emptyTitle')}
          text={say('emptyText')}
          action={range !== 'all' && ledger.entries > 0 && <Button variant="default" onClick={() => setRange('all')}>{say('emptyAction')}</Button>}
        />
      )}
      {shown && !empty && (
        <>
          <Totals view={shown} ledger={ledger.id} previous={previousRange(range, dates, now)} />
          <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
            <Stack gap="md" miw={0}>
              <CategoryChart view={shown} href={href} />
              <PeopleChart view={shown} persons={ledger.persons} href={href} />
            </Stack>
            <Stack gap="md" miw={0}>
              <MonthChart view={shown} href={href} />
              {ledger.me && <BalanceChart view={shown} me={ledger.me} href={href} />}
            </Stack>
          </SimpleGrid>
        </>
      )}
    </Stack>
  );
}
