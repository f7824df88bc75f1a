import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { useId, useState, type ReactNode } from 'react';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import type { ChartMark, MarksProps } from './chart-marks.tsx';
import classes from './charts.module.css';
import { useMarks } from './use-marks.ts';

export interface ChartTable {
  columns: string[];
  rows: { key: string; cells: ReactNode[] }[];
}

interface ChartCardProps {
  title: string;
  /** One sentence that says what the picture says. */
  summary: ReactNode;
  /** How many are drawn, where the table has more. */
  drawn?: { count: number; total: number };
  marks: readonly ChartMark[];
  table: ChartTable;
  /** Draws the chart; the marks go inside it, as its last child. */
  renderChart(marks: MarksProps): ReactNode;
}

/** A chart that can be pointed at, walked with the arrow keys, or read as a table. */
export function ChartCard({ title, summary, drawn, marks, table, renderChart }: ChartCardProps) {
  const say = useWords('charts');
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const { plot, active, handlers } = useMarks();
  const pointedAt = active && marks[active.index];
  return (
    <Paper component="section" aria-labelledby={id} withBorder p="md">
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb="sm">
        <Stack gap={2} miw={0}>
          <Title order={2} size="h4" id={id}>{title}</Title>
          <Text size="sm" c="dimmed">
            {summary}
            {drawn && drawn.count < drawn.total && ` ${say('largestOnly', drawn)}`}
          </Text>
        </Stack>
        <Button
          variant="subtle"
          size="compact-sm"
          flex="none"
          aria-pressed={asTable}
          leftSection={asTable ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
          onClick={() => setAsTable(!asTable)}
        >
          {say(asTable ? 'showAsChart' : 'showAsTable')}
        </Button>
      </Group>
      {asTable ? (
        <DataTable caption={title} table={table} />
      ) : (
        <div ref={plot} className={classes.plot} role="group" aria-label={say('plotLabel', { title })} {...handlers}>
          {renderChart({ marks, active: active?.index ?? null })}
          {pointedAt && (
            <Paper className={classes.tooltip} style={{ left: active.left, top: active.top }} shadow="md" withBorder px="sm" py="xs" aria-hidden data-testid="chart-tooltip">
              <MarkDetails mark={pointedAt} />
            </Paper>
          )}
        </div>
      )}
    </Paper>
  );
}

function MarkDetails({ mark }: { mark: ChartMark }) {
  return (
    <>
      <Text size="sm" fw={600}>{mark.title}</Text>
      {mark.lines.map((line) => (
        <Group key={line.name} justify="space-between" gap="md" wrap="nowrap">
          <Text size="sm" c="dimmed">{line.name}</Text>
          <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>{line.value}</Text>
        </Group>
      ))}
    </>
  );
}

/** The same figures as a table: the first cell of a row names it. */
function DataTable({ caption, table }: { caption: string; table: ChartTable }) {
  return (
    <ScrollTable label={caption} minWidth={360} maxHeight={360}>
      <Table.Thead>
        <Table.Tr>
          {table.columns.map((column, index) => (
            <Table.Th key={column} scope="col" ta={index === 0 ? 'start' : 'end'}>{column}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {table.rows.map(({ key, cells: [first, ...rest] }) => (
          <Table.Tr key={key}>
            <Table.Th scope="row" fw={400}>{first}</Table.Th>
            {rest.map((cell, index) => <Table.Td key={table.columns[index + 1]} ta="end">{cell}</Table.Td>)}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}
