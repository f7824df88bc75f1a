import { AreaChart } from '@mantine/charts';
import { ReferenceDot, ReferenceLine } from 'recharts';
import type { ChartsView } from '#contract/views.ts';
import type { PersonId } from '#domain/ids.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { useAxisMoney } from './figures.ts';
import { thinBalance } from './balance-points.ts';
import { ChartCard } from './chart-card.tsx';
import { MarkPoints } from './chart-marks.tsx';
import type { EntriesHref } from './entries-href.ts';

const toTime = (date: string): number => Date.parse(`${date}T00:00:00Z`);

/** What I was owed or owed, day by day. Above the line I am owed, below it I owe. */
export function BalanceChart({ view, me, href }: { view: ChartsView; me: PersonId; href: EntriesHref }) {
  const say = useWords('charts');
  const format = useFormat();
  const axisMoney = useAxisMoney(view.currency);
  const money = (amount: number): string => format.money(amount, view.currency, { signed: true });
  const points = thinBalance(view.balance);
  const last = points.at(-1);
  if (!last) return null;
  const ends = last.amount === 0 ? 'balanceZero' : last.amount > 0 ? 'balanceOwed' : 'balanceOwing';
  return (
    <ChartCard
      title={say('balance')}
      summary={say(ends, { amount: format.money(Math.abs(last.amount), view.currency) })}
      marks={points.map(({ from, date, amount }) => ({
        key: date,
        title: from === date ? format.date(date) : `${format.date(from, 'short')} – ${format.date(date, 'short')}`,
        lines: [{ name: say('balanceColumn'), value: money(amount) }],
        href: href({ person: me, from, to: date }),
      }))}
      table={{
        columns: [say('date'), say('balanceColumn')],
        rows: view.balance.toReversed().map(({ date, amount }) => ({ key: date, cells: [format.date(date), money(amount)] })),
      }}
      renderChart={(marks) => {
        const pointedAt = marks.active === null ? undefined : points[marks.active];
        return (
          <AreaChart
            h={260}
            data={points.map(({ date, amount }) => ({ at: toTime(date), amount }))}
            dataKey="at"
            type="split"
            splitColors={['var(--tally-owed)', 'var(--tally-owing)']}
            series={[{ name: 'amount', color: 'var(--tally-faint)' }]}
            curveType="stepAfter"
            withDots={points.length === 1}
            withTooltip={false}
            accessibilityLayer={false}
            tickLine="none"
            xAxisProps={{
              type: 'number',
              scale: 'time',
              domain: ['dataMin', 'dataMax'],
              tickFormatter: (time: number) => format.date(new Date(time).toISOString().slice(0, 10), 'short'),
              minTickGap: 32,
            }}
            yAxisProps={{ tickFormatter: axisMoney, width: 64 }}
          >
            <ReferenceLine y={0} stroke="var(--tally-faint)" />
            {pointedAt && <ReferenceDot x={toTime(pointedAt.date)} y={pointedAt.amount} r={5} fill="var(--mantine-color-text)" stroke="var(--tally-raised)" />}
            <MarkPoints at={points.map(({ date }) => toTime(date))} {...marks} />
          </AreaChart>
        );
      }}
    />
  );
}
