import { Paper, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';

/** Without a relay: devices on the same network. */
export function Nearby() {
  const say = useWords('sync');
  const format = useFormat();
  const errorText = useErrorText();
  const { view, error } = useWatch('nearby.get', {});
  const setEnabled = useCall('nearby.setEnabled');
  const [wanted, setWanted] = useState<boolean>();

  async function switchTo(enabled: boolean): Promise<void> {
    setWanted(enabled);
    await setEnabled.run({ enabled });
    setWanted(undefined);
  }

  return (
    <Paper component="section" withBorder p="md" aria-label={say('nearby')}>
      <Stack gap="sm">
        <Title order={2} size="h4">{say('nearby')}</Title>
        <FailureNotice error={error ?? setEnabled.error} />
        {view && (
          <>
            <Switch label={say('nearbySwitch')} description={say('nearbyHint')} checked={wanted ?? view.enabled} onChange={(event) => void switchTo(event.currentTarget.checked)} />
            {/* Nothing that anybody did has failed: a state, not an alarm. */}
            {view.enabled && view.error !== null && <Text size="sm" c="var(--tally-wait)" role="status" data-error-code={view.error}>{errorText({ code: view.error })}</Text>}
            {view.enabled && view.error === null && view.peers.length === 0 && <Text size="sm" c="dimmed" role="status">{say('nearbyNone')}</Text>}
            {view.enabled && view.peers.length > 0 && (
              <ScrollTable label={say('nearby')} minWidth={480}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">{say('nearbyPeer')}</Table.Th>
                    <Table.Th scope="col">{say('nearbyShared')}</Table.Th>
                    <Table.Th scope="col">{say('nearbyState')}</Table.Th>
                    <Table.Th scope="col">{say('nearbyLast')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {view.peers.map(({ name, ledgers, state, lastSynced }, index) => (
                    <Table.Tr key={index}>
                      <Table.Th scope="row" fw={500}><bdi>{name}</bdi></Table.Th>
                      <Table.Td>{say('nearbySharedCount', { count: ledgers })}</Table.Td>
                      <Table.Td>{say(`peer_${state}`)}</Table.Td>
                      <Table.Td>{lastSynced === null ? '—' : format.dateTime(lastSynced)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </ScrollTable>
            )}
          </>
        )}
      </Stack>
    </Paper>
  );
}
