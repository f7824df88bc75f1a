import { Loader, Table, Text } from '@mantine/core';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './sync.module.css';

/** The documents of one ledger: how much is in each, and where it stands with the relay. */
export function Documents({ ledger, name }: { ledger: string; name: string }) {
  const say = useWords('sync');
  const format = useFormat();
  const { view, error } = useWatch('sync.documents', { ledger });
  if (error) return <FailureNotice error={error} />;
  if (!view) return <Loader size="sm" />;
  return (
    <>
      <ScrollTable label={say('expand', { ledger: name })} minWidth={520} maxHeight={320}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{say('document')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('revisions')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('documentWaiting')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('held')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('seq')}</Table.Th>
            <Table.Th scope="col">{say('hash')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {view.documents.map(({ document, revisions, waiting, held, seq, hash }) => (
            <Table.Tr key={document}>
              <Table.Th scope="row" fw={400} className={classes.hex} title={document}>{document.slice(0, 8)}</Table.Th>
              <Table.Td ta="end">{format.number(revisions)}</Table.Td>
              <Table.Td ta="end">{format.number(waiting)}</Table.Td>
              <Table.Td ta="end">{format.number(held)}</Table.Td>
              <Table.Td ta="end">{seq === null ? say('seqNone') : format.number(seq)}</Table.Td>
              <Table.Td className={classes.hex} title={hash}>{hash.slice(0, 8)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrollTable>
      <Text size="xs" c="dimmed" mt={4}>{say('hashHint')} {say('heldHint')}</Text>
    </>
  );
}
