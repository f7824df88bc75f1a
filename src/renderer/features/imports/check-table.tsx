import { Table, Text } from '@mantine/core';
import { IconCheck, IconEqualNot } from '@tabler/icons-react';
import type { ImportPreviewView } from '#contract/views.ts';
import { Money } from '#renderer/ui/money.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './imports.module.css';
import { Section } from './section.tsx';

type Check = ImportPreviewView['check'][number];
const isDifferent = ({ file, computed }: Check): boolean => file !== null && file !== computed;

/** The totals at the end of the file beside what its entries come to, so that nobody has to trust either. */
export function CheckTable({ check }: { check: ImportPreviewView['check'] }) {
  const say = useWords('imports');
  const different = check.filter(isDifferent).length;
  const compared = check.some(({ file }) => file !== null);
  const verdict = compared ? (different > 0 ? say('checkDiffers', { count: different }) : say('checkAllEqual')) : say('checkNoFooter');
  return (
    <Section title={say('checkTitle')}>
      <Text size="sm" mb="xs" fw={500} className={classes.verdict} data-different={different > 0 || undefined} role="status">
        {compared && (different > 0 ? <IconEqualNot size={18} aria-hidden /> : <IconCheck size={18} aria-hidden />)}
        {verdict}
      </Text>
      <ScrollTable label={say('checkTitle')} minWidth={480} maxHeight={360}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{say('checkPerson')}</Table.Th>
            <Table.Th scope="col">{say('checkCurrency')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('checkFile')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('checkComputed')}</Table.Th>
            <Table.Th scope="col">{say('checkResult')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {check.toSorted((a, b) => Number(isDifferent(b)) - Number(isDifferent(a))).map((row) => <Row key={`${row.name} ${row.currency}`} row={row} />)}
        </Table.Tbody>
      </ScrollTable>
    </Section>
  );
}

function Row({ row }: { row: Check }) {
  const say = useWords('imports');
  const format = useFormat();
  const { name, currency, file, computed } = row;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}><bdi>{name}</bdi></Table.Th>
      <Table.Td>{currency}</Table.Td>
      <Table.Td ta="end">{file === null ? <Text span size="sm" c="dimmed">{say('checkUnknown')}</Text> : <Money amount={file} currency={currency} signed plain />}</Table.Td>
      <Table.Td ta="end"><Money amount={computed} currency={currency} signed plain /></Table.Td>
      <Table.Td className={classes.mark} data-different={isDifferent(row) || undefined}>
        {file !== null && (isDifferent(row) ? `≠ ${say('checkNotEqual', { amount: format.money(Math.abs(file - computed), currency) })}` : `✓ ${say('checkEqual')}`)}
      </Table.Td>
    </Table.Tr>
  );
}
