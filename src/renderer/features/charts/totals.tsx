import { Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ChartsView } from '#contract/views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import type { DateRange } from './range.ts';

const spentIn = (view: ChartsView): number => view.categories.reduce((sum, { amount }) => sum + amount, 0);

/** The figures of a time, and what was spent against the period before. */
export function Totals({ view, ledger, previous }: { view: ChartsView; ledger: string; previous: DateRange | null }) {
  const say = useWords('charts');
  const format = useFormat();
  const before = useWatch('charts.get', previous && { ledger, currency: view.currency, ...previous }).view;
  const spent = spentIn(view);
  const mine = view.categories.reduce((sum, category) => sum + category.mine, 0);
  const income = view.months.reduce((sum, month) => sum + month.income, 0);
  const last = view.balance.at(-1);

  function compare(): string | undefined {
    if (!before) return undefined;
    const spentBefore = spentIn(before);
    if (spentBefore <= 0) return say('changeNew');
    if (spentBefore === spent) return say('changeSame');
    return say(spent > spentBefore ? 'changeMore' : 'changeLess', { percent: format.percent(Math.abs(spent - spentBefore) / spentBefore) });
  }

  return (
    <SimpleGrid component="dl" cols={{ base: 2, lg: 4 }} m={0}>
      <Figure label={say('spent')} note={compare()}><Money amount={spent} currency={view.currency} size="title" /></Figure>
      <Figure label={say('myShare')} note={spent > 0 ? format.percent(mine / spent) : undefined}><Money amount={mine} currency={view.currency} size="title" /></Figure>
      <Figure label={say('income')}><Money amount={income} currency={view.currency} size="title" /></Figure>
      {last && <Figure label={say('balanceAtEnd')}><Money amount={last.amount} currency={view.currency} size="title" signed words="me" /></Figure>}
    </SimpleGrid>
  );
}

function Figure({ label, note, children }: { label: string; note?: string | undefined; children: ReactNode }) {
  return (
    <Paper withBorder px="md" py="sm">
      <Text component="dt" size="sm" c="dimmed">{label}</Text>
      <dd style={{ margin: 0 }}>
        {children}
        {note && <Text size="xs" c="dimmed">{note}</Text>}
      </dd>
    </Paper>
  );
}
