import { BarChart } from '@mantine/charts';
import { useId } from 'react';
import type { ChartsView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { useAxisMoney } from './figures.ts';
import { ChartCard } from './chart-card.tsx';
import { MarkBands } from './chart-marks.tsx';
import type { EntriesHref } from './entries-href.ts';
import { viewToPeriods } from './periods.ts';
import { Legend, outlineBars, textureToFill, type Texture } from './texture.tsx';

const SERIES = [
  { name: 'mine', word: 'myShare', texture: 'solid' },
  { name: 'expense', word: 'expense', texture: 'hatched' },
  { name: 'income', word: 'income', texture: 'dotted' },
] as const satisfies { name: string; word: string; texture: Texture }[];

/** Expenses, income and my share, month by month. */
export function MonthChart({ view, href }: { view: ChartsView; href: EntriesHref }) {
  const say = useWords('charts');
  const format = useFormat();
  const axisMoney = useAxisMoney(view.currency);
  const id = useId();
  const money = (amount: number): string => format.money(amount, view.currency);
  const isYear = (name: string): boolean => name.length === 4;
  const nameOf = (name: string, style: 'long' | 'short' = 'long'): string => (isYear(name) ? name : format.month(name, style));
  const periods = viewToPeriods(view);
  const most = periods.toSorted((a, b) => b.expense - a.expense)[0];
  const series = SERIES.filter(({ name }) => name !== 'income' || periods.some((period) => period.income !== 0));
  if (!most) return null;
  return (
    <ChartCard
      title={say(isYear(most.name) ? 'years' : 'months')}
      summary={most.expense > 0 ? say('monthsSummary', { month: nameOf(most.name), amount: money(most.expense) }) : say('monthsNone')}
      marks={periods.map((period) => ({
        key: period.name,
        title: nameOf(period.name),
        lines: series.map(({ name, word }) => ({ name: say(word), value: money(period[name]) })),
        href: href({ from: period.from, to: period.to }),
      }))}
      table={{
        columns: [say(isYear(most.name) ? 'yearColumn' : 'monthColumn'), ...series.map(({ word }) => say(word))],
        rows: periods.toReversed().map((period) => ({
          key: period.name,
          cells: [nameOf(period.name), ...series.map(({ name }) => money(period[name]))],
        })),
      }}
      renderChart={(marks) => (
        <>
          <Legend id={id} items={series.map(({ word, texture }) => ({ texture, label: say(word) }))} />
          <BarChart
            h={260}
            data={periods}
            dataKey="name"
            series={series.map(({ name, texture }) => ({ name, color: textureToFill(id, texture) }))}
            barProps={outlineBars}
            maxBarWidth={22}
            withTooltip={false}
            accessibilityLayer={false}
            tickLine="none"
            xAxisProps={{ tickFormatter: (name: string) => nameOf(name, 'short') }}
            yAxisProps={{ tickFormatter: axisMoney, width: 64 }}
          >
            <MarkBands along="x" {...marks} />
          </BarChart>
        </>
      )}
    />
  );
}
