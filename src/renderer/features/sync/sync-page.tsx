import { Anchor, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { SyncView } from '#contract/views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { ByFile } from './by-file.tsx';
import { LedgersTable } from './ledgers-table.tsx';
import { Nearby } from './nearby.tsx';
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
            <LedgersTable sync={view} />
            <Nearby />
            <ByFile />
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
        <Text size="sm"><Anchor href={routeToHash({ page: 'relay' })}>{say('relaySees')}</Anchor></Text>
        <FailureNotice error={setPaused.error} onClose={setPaused.clear} />
      </Stack>
    </Paper>
  );
}
