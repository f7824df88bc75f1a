import { BarChart } from '@mantine/charts';
import { useId } from 'react';
import type { ChartsView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { usePercent } from './figures.ts';
import { ChartCard } from './chart-card.tsx';
import { MarkBands } from './chart-marks.tsx';
import type { EntriesHref } from './entries-href.ts';
import { rowMargin, RowLabels } from './row-labels.tsx';
import { Legend, outlineBars, textureToFill } from './texture.tsx';

const ROW = 34;
/** The bars drawn; the table has all. */
const MOST_ROWS = 12;

/** What the money was spent on: everybody's part and mine, largest first. */
export function CategoryChart({ view, href }: { view: ChartsView; href: EntriesHref }) {
  const say = useWords('charts');
  const format = useFormat();
  const categoryName = useCategoryName();
  const toPercent = usePercent();
  const id = useId();
  const money = (amount: number): string => format.money(amount, view.currency);
  const total = view.categories.reduce((sum, category) => sum + category.amount, 0);
  const percent = (amount: number): string => (total > 0 ? toPercent(amount / total) : '—');
  const drawn = view.categories.slice(0, MOST_ROWS);
  const labels = drawn.map(({ category, amount }) => ({ name: categoryName(category), figure: `${money(amount)} · ${percent(amount)}` }));
  const [most] = drawn;
  if (!most) return null;
  return (
    <ChartCard
      title={say('categories')}
      summary={say('categoriesSummary', { category: categoryName(most.category), percent: percent(most.amount), total: money(total) })}
      drawn={{ count: drawn.length, total: view.categories.length }}
      marks={drawn.map(({ category, amount, mine }) => ({
        key: category,
        title: categoryName(category),
        lines: [
          { name: say('amount'), value: money(amount) },
          { name: say('portion'), value: percent(amount) },
          { name: say('myShare'), value: money(mine) },
        ],
        href: href({ category, from: view.from, to: view.to }),
      }))}
      table={{
        columns: [say('category'), say('amount'), say('portion'), say('myShare')],
        rows: view.categories.map(({ category, amount, mine }) => ({
          key: category,
          cells: [categoryName(category), money(amount), percent(amount), money(mine)],
        })),
      }}
      renderChart={(marks) => (
        <>
          <Legend id={id} items={[{ texture: 'solid', label: say('myShare') }, { texture: 'hatched', label: say('everybody') }]} />
          <BarChart
            h={drawn.length * ROW + 8}
            data={drawn.map(({ category, amount, mine }) => ({ category, mine, others: amount - mine }))}
            dataKey="category"
            orientation="vertical"
            type="stacked"
            series={[
              { name: 'mine', color: textureToFill(id, 'solid') },
              { name: 'others', color: textureToFill(id, 'hatched') },
            ]}
            maxBarWidth={18}
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
