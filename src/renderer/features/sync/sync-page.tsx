import { Anchor, Paper, Stack, Switch, Table, Text, Title } from '@mantine/core';
import type { SyncView } from '#contract/views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Quarantine } from './quarantine.tsx';
import { RelayForm } from './relay-form.tsx';
import { stateToTone, SyncIcon, viewToState } from './sync-state.tsx';
import classes from './sync.module.css';

/** What is on this device, what waits to be sent, and why. */
export function SyncPage() {
  const words = useWords('sync');
  const { view, error } = useWatch('sync.state', {});
  return (
    <Page title={words('title')}>
      <Stack gap="md" pb="xl">
        <FailureNotice error={error} />
        {view && (
          <>
            <Connection view={view} />
            <Ledgers ledgers={view.ledgers} />
            <Quarantine ledgers={view.ledgers} />
          </>
        )}
      </Stack>
    </Page>
  );
}

function Connection({ view }: { view: SyncView }) {
  const words = useWords('sync');
  const errorText = useErrorText();
  const setPaused = useCall('sync.setPaused');
  const state = viewToState(view);
  return (
    <Paper component="section" withBorder p="md" aria-label={words('connection')}>
      <Stack gap="md">
        <div role="status">
          <Title order={2} size="h3" className={classes.state} data-tone={stateToTone(state)}>
            <SyncIcon state={state} size={22} />
            {words(`state_${state}`)}
            {view.waiting > 0 && <span className={classes.count}>{words('chipWaiting', { count: view.waiting })}</span>}
          </Title>
          <Text mt={4}>{words(`means_${state}`)}</Text>
          {view.reason && <Text mt={4} size="sm" c="dimmed" data-error-code={view.reason}>{errorText({ code: view.reason })}</Text>}
        </div>
        <RelayForm key={view.relay ?? ''} relay={view.relay} />
        <Switch
          label={words('pause')}
          description={words('pauseHint')}
          checked={view.connection === 'paused'}
          disabled={setPaused.busy || view.relay === null}
          onChange={(event) => void setPaused.run({ paused: event.currentTarget.checked })}
        />
        <FailureNotice error={setPaused.error} onClose={setPaused.clear} />
      </Stack>
    </Paper>
  );
}

function Ledgers({ ledgers }: Pick<SyncView, 'ledgers'>) {
  const words = useWords('sync');
  const format = useFormat();
  return (
    <Paper component="section" withBorder p="md" aria-label={words('ledgers')}>
      <Title order={2} size="h4" mb="xs">{words('ledgers')}</Title>
      {ledgers.length === 0 ? (
        <Text size="sm" c="dimmed">{words('noLedgers')}</Text>
      ) : (
        <Table.ScrollContainer minWidth={520}>
          <Table aria-label={words('ledgers')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{words('ledger')}</Table.Th>
                <Table.Th scope="col">{words('waiting')}</Table.Th>
                <Table.Th scope="col">{words('lastSynced')}</Table.Th>
                <Table.Th scope="col" ta="end">{words('setAside')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {ledgers.map(({ ledger, name, waiting, quarantined, syncedAt, catchingUp }) => (
                <Table.Tr key={ledger}>
                  <Table.Th scope="row" fw={500}>
                    <Anchor c="inherit" href={routeToHash({ page: 'ledger', ledger, tab: 'entries' })}><bdi>{name}</bdi></Anchor>
                  </Table.Th>
                  <Table.Td>{waiting > 0 ? words('waitingCount', { count: waiting }) : words('waitingNone')}</Table.Td>
                  <Table.Td>{catchingUp ? words('catchingUp') : syncedAt === null ? words('never') : format.dateTime(syncedAt)}</Table.Td>
                  <Table.Td ta="end">{format.number(quarantined)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}
