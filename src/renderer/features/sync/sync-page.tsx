import { Anchor, Paper, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { SyncView } from '#contract/views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Quarantine } from './quarantine.tsx';
import { RelayForm } from './relay-form.tsx';
import { stateToTone, SyncIcon, viewToState } from './sync-state.tsx';
import classes from './sync.module.css';

/** What is on this device, what waits to be sent, and why. */
export function SyncPage() {
  const say = useWords('sync');
  const { view, error } = useWatch('sync.state', {});
  return (
    <Page title={say('title')}>
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
  const say = useWords('sync');
  const errorText = useErrorText();
  const setPaused = useCall('sync.setPaused');
  // The switch follows the finger at once; the truth has come by the time the reply does.
  const [wanted, setWanted] = useState<boolean>();
  const state = viewToState(view);

  async function switchTo(paused: boolean): Promise<void> {
    setWanted(paused);
    await setPaused.run({ paused });
    setWanted(undefined);
  }

  return (
    <Paper component="section" withBorder p="md" aria-label={say('connection')}>
      <Stack gap="md">
        <div role="status">
          <Title order={2} size="h3" className={classes.state} data-tone={stateToTone(state)}>
            <SyncIcon state={state} size={22} />
            {say(`state_${state}`)}
            {view.waiting > 0 && state !== 'notSet' && <span className={classes.count}>{say('chipWaiting', { count: view.waiting })}</span>}
          </Title>
          <Text mt={4}>{say(`means_${state}`)}</Text>
          {view.reason && <Text mt={4} size="sm" c="dimmed" data-error-code={view.reason}>{errorText({ code: view.reason })}</Text>}
        </div>
        <RelayForm relay={view.relay} />
        <Switch
          label={say('pause')}
          description={say('pauseHint')}
          checked={wanted ?? view.connection === 'paused'}
          disabled={view.relay === null}
          onChange={(event) => void switchTo(event.currentTarget.checked)}
        />
        <FailureNotice error={setPaused.error} onClose={setPaused.clear} />
      </Stack>
    </Paper>
  );
}

function Ledgers({ ledgers }: Pick<SyncView, 'ledgers'>) {
  const say = useWords('sync');
  const format = useFormat();
  return (
    <Paper component="section" withBorder p="md" aria-label={say('ledgers')}>
      <Title order={2} size="h4" mb="xs">{say('ledgers')}</Title>
      {ledgers.length === 0 ? (
        <Text size="sm" c="dimmed">{say('noLedgers')}</Text>
      ) : (
        <ScrollTable label={say('ledgers')} minWidth={520}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{say('ledger')}</Table.Th>
              <Table.Th scope="col">{say('waiting')}</Table.Th>
              <Table.Th scope="col">{say('lastSynced')}</Table.Th>
              <Table.Th scope="col" ta="end">{say('setAside')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ledgers.map(({ ledger, name, waiting, quarantined, syncedAt, catchingUp }) => (
              <Table.Tr key={ledger}>
                <Table.Th scope="row" fw={500}>
                  <Anchor c="inherit" href={routeToHash({ page: 'ledger', ledger, tab: 'entries' })}><bdi>{name}</bdi></Anchor>
                </Table.Th>
                <Table.Td>{waiting > 0 ? say('waitingCount', { count: waiting }) : say('waitingNone')}</Table.Td>
                <Table.Td>{catchingUp ? say('catchingUp') : syncedAt === null ? say('never') : format.dateTime(syncedAt)}</Table.Td>
                <Table.Td ta="end">{format.number(quarantined)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrollTable>
      )}
    </Paper>
  );
}
