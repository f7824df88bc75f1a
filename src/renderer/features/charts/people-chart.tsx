import { BarChart } from '@mantine/charts';
import { useId } from 'react';
import type { ChartsView, PersonView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { ChartCard } from './chart-card.tsx';
import { MarkBands } from './chart-marks.tsx';
import type { EntriesHref } from './entries-href.ts';
import { rowMargin, RowLabels } from './row-labels.tsx';
import { Legend, outlineBars, textureToFill } from './texture.tsx';

const ROW = 48;
/** The bars drawn; the table has all. */
const MOST_ROWS = 12;

/** Who advanced the money and whose it was. */
export function PeopleChart({ view, persons, href }: { view: ChartsView; persons: readonly PersonView[]; href: EntriesHref }) {
  const say = useWords('charts');
  const format = useFormat();
  const id = useId();
  const money = (amount: number): string => format.money(amount, view.currency);
  const difference = (paid: number, share: number): string => format.money(paid - share, view.currency, { signed: true });
  const names = new Map(persons.map((person) => [person.id, person.name]));
  const people = view.people.toSorted((a, b) => b.paid - a.paid).map((one) => ({ ...one, name: names.get(one.person) ?? '?' }));
  const drawn = people.slice(0, MOST_ROWS);
  const labels = drawn.map(({ name, paid, share }) => ({ name, figure: difference(paid, share) }));
  const [most] = drawn;
  if (!most) return null;
  return (
    <ChartCard
      title={say('people')}
      summary={say('peopleSummary', { person: most.name, amount: money(most.paid) })}
      drawn={{ count: drawn.length, total: people.length }}
      marks={drawn.map(({ person, name, paid, share }) => ({
        key: person,
        title: name,
        lines: [
          { name: say('paid'), value: money(paid) },
          { name: say('consumed'), value: money(share) },
          { name: say('difference'), value: difference(paid, share) },
        ],
        href: href({ person, from: view.from, to: view.to }),
      }))}
      table={{
        columns: [say('person'), say('paid'), say('consumed'), say('difference')],
        rows: people.map(({ person, name, paid, share }) => ({ key: person, cells: [name, money(paid), money(share), difference(paid, share)] })),
      }}
      renderChart={(marks) => (
        <>
          <Legend id={id} items={[{ texture: 'solid', label: say('paid') }, { texture: 'hatched', label: say('consumed') }]} />
          <BarChart
            h={drawn.length * ROW + 8}
            data={drawn}
            dataKey="person"
            orientation="vertical"
            series={[
              { name: 'paid', color: textureToFill(id, 'solid') },
              { name: 'share', color: textureToFill(id, 'hatched') },
            ]}
            maxBarWidth={14}
            withXAxis={false}
            withYAxis={false}
            withTooltip={false}
            accessibilityLayer={false}
            gridAxis="none"
            barProps={outlineBars}
            barChartProps={{ margin: rowMargin(labels) }}
          >
            <RowLabels rows={labels} />
            <MarkBands along="y" {...marks} />
          </BarChart>
        </>
      )}
    />
  );
}
