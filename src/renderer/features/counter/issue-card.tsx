import { Alert, Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconNfc } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { CardIssueView, TabView } from '#contract/counter-views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { ReaderChip } from './reader-chip.tsx';

interface IssueCardProps {
  shop: string;
  tab: TabView;
  opened: boolean;
  onClose(): void;
}

/** Makes the next card one of this tab. Closing the dialog ends the waiting. */
export function IssueCard({ opened, ...given }: IssueCardProps) {
  const say = useWords('counter');
  return <Modal opened={opened} onClose={given.onClose} title={say('issueTitle', { customer: given.tab.customer })} closeOnClickOutside={false}>{opened && <Issuing {...given} />}</Modal>;
}

function Issuing({ shop, tab, onClose }: Omit<IssueCardProps, 'opened'>) {
  const say = useWords('counter');
  const ui = useWords('ui');
  const { run: start, error, busy } = useCall('cards.issue');
  const { run: cancel } = useCall('cards.cancel');
  const { view } = useWatch('cards.progress', {});
  const begin = (): void => void start({ shop, tab: tab.tab });
  useEffect(() => {
    void start({ shop, tab: tab.tab });
    return () => void cancel({});
  }, [start, cancel, shop, tab.tab]);
  const phase = view?.tab === tab.tab ? view.phase : 'idle';
  return (
    <Stack gap="md">
      <Group justify="flex-end"><ReaderChip /></Group>
      {view && <Progressing view={view} customer={tab.customer} />}
      <FailureNotice error={error} />
      <Group justify="flex-end">
        {phase === 'failed' && <Button variant="default" loading={busy} onClick={begin}>{say('tryAgain')}</Button>}
        <Button variant={phase === 'done' ? 'filled' : 'default'} disabled={phase === 'writing'} onClick={onClose}>{phase === 'done' ? say('done') : ui('cancel')}</Button>
      </Group>
    </Stack>
  );
}

function Progressing({ view, customer }: { view: CardIssueView; customer: string }) {
  const say = useWords('counter');
  const errorText = useErrorText();
  const { phase, done, total, trouble } = view;
  const part = phase === 'done' ? 100 : total === 0 ? 0 : Math.round((done / total) * 100);
  return (
    <Stack gap="sm" data-testid="issue" data-phase={phase}>
      <div role="status">
        {phase === 'waiting' && !trouble && <Group gap="sm" wrap="nowrap"><IconNfc size={28} aria-hidden /><Text>{say('issueWaiting')}</Text></Group>}
        {phase === 'writing' && <Group gap="sm" wrap="nowrap"><IconNfc size={28} aria-hidden /><Text>{say('issueWriting')}</Text></Group>}
        {phase === 'done' && <Group gap="sm" wrap="nowrap"><IconCircleCheck size={28} color="var(--tally-owed)" aria-hidden /><Text>{say('issueDone', { customer })}</Text></Group>}
        {trouble && (
          <Alert color={phase === 'failed' ? 'brick' : 'amber'} icon={<IconAlertTriangle aria-hidden />} title={phase === 'failed' ? say('issueFailed') : say('issueAgain')}>
            {errorText({ code: trouble })}
          </Alert>
        )}
      </div>
      {total > 0 && phase !== 'failed' && <Progress value={part} aria-label={say('issueProgress')} />}
    </Stack>
  );
}
