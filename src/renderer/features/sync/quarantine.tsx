import { Alert, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconCheck, IconExclamationCircle } from '@tabler/icons-react';
import type { SyncView } from '#contract/views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { en } from './words.ts';

/** What arrived and failed a check: shown, never counted. */
export function Quarantine({ ledgers }: { ledgers: SyncView['ledgers'] }) {
  const say = useWords('sync');
  const format = useFormat();
  const { view, error } = useWatch('sync.quarantine', {});
  const nameOf = (ledger: string): string => ledgers.find((one) => one.ledger === ledger)?.name ?? ledger.slice(0, 8);
  const sayReason = (reason: string): string => {
    const key = `reason_${reason}`;
    return isReasonKey(key) ? say(key) : say('reason_other', { reason });
  };
  if (!view) return <FailureNotice error={error} />;
  return (
    <Paper component="section" withBorder p="md" aria-label={say('setAsideTitle')}>
      <Stack gap="sm">
        <Title order={2} size="h4">{say('setAsideTitle')}</Title>
        {view.frames.length === 0 ? (
          <Text size="sm" c="dimmed" style={{ display: 'flex', gap: 6 }}><IconCheck size={18} aria-hidden />{say('setAsideNone')}</Text>
        ) : (
          <>
            <Alert color="brick" icon={<IconExclamationCircle aria-hidden />}>{say('setAsideLead')}</Alert>
            <ScrollTable label={say('setAsideTitle')} minWidth={520} maxHeight={320}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">{say('receivedColumn')}</Table.Th>
                  <Table.Th scope="col">{say('ledger')}</Table.Th>
                  <Table.Th scope="col">{say('reasonColumn')}</Table.Th>
                  <Table.Th scope="col" ta="end">{say('sizeColumn')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {view.frames.map((frame, index) => (
                  <Table.Tr key={index}>
                    <Table.Td>{format.dateTime(frame.receivedAt)}</Table.Td>
                    <Table.Td>{nameOf(frame.ledger)}</Table.Td>
                    <Table.Td>{sayReason(frame.reason)}</Table.Td>
                    <Table.Td ta="end">{format.number(frame.bytes)} B</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </ScrollTable>
          </>
        )}
      </Stack>
    </Paper>
  );
}

const isReasonKey = (key: string): key is keyof typeof en & `reason_${string}` => Object.hasOwn(en, key);
