import { Table } from '@mantine/core';
import type { ImportPreviewView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Section } from './section.tsx';

/** The first entries as they will stand in the ledger. */
export function SampleTable({ sample }: { sample: ImportPreviewView['sample'] }) {
  const say = useWords('imports');
  const kinds = useWords('entries');
  const categoryName = useCategoryName();
  const format = useFormat();
  return (
    <Section title={say('sampleTitle')}>
      <ScrollTable label={say('sampleTitle')} minWidth={560} maxHeight={320}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{say('sampleDate')}</Table.Th>
            <Table.Th scope="col">{say('sampleDescription')}</Table.Th>
            <Table.Th scope="col">{say('sampleCategory')}</Table.Th>
            <Table.Th scope="col">{say('sampleKind')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('sampleAmount')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sample.map((row, index) => (
            <Table.Tr key={index}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{format.date(row.date, 'short')}</Table.Td>
              <Table.Td><bdi>{row.description}</bdi></Table.Td>
              <Table.Td>{categoryName(row.category)}</Table.Td>
              <Table.Td>{kinds(`kind_${row.kind}`)}</Table.Td>
              <Table.Td ta="end"><Money amount={row.amount} currency={row.currency} /></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrollTable>
    </Section>
  );
}
