import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Input } from '#contract/api.ts';
import type { ImportPreviewView } from '#contract/views.ts';
import type { LedgerId } from '#domain/ids.ts';
import { cleanText } from '#domain/text.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { ChooseFile } from './choose-file.tsx';
import { ImportPreview } from './import-preview.tsx';
import { ImportProgress } from './import-progress.tsx';
import { readFileAsBase64 } from './read-file.ts';

type Stage =
  | { at: 'choose'; notice?: string }
  | { at: 'reading'; name: string }
  | { at: 'preview' | 'writing'; name: string; preview: ImportPreviewView }
  | { at: 'done'; ledger: LedgerId; ledgerName: string; added: number; known: number };

/** From a file to entries, with everything shown before anything is written. Into another ledger is another import. */
export const ImportPage = ({ ledgerId }: { ledgerId: LedgerId | null }) => <Importing key={ledgerId} ledgerId={ledgerId} />;

function Importing({ ledgerId }: { ledgerId: LedgerId | null }) {
  const say = useWords('imports');
  const errorText = useErrorText();
  const { view: ledger = null, error: ledgerError } = useWatch('ledgers.get', ledgerId ? { ledger: ledgerId } : null);
  const readPreview = useCall('imports.preview');
  const commit = useCall('imports.commit');
  const cancel = useCall('imports.cancel');
  const [stage, setStage] = useState<Stage>({ at: 'choose' });

  async function read(file: File): Promise<void> {
    commit.clear();
    const name = cleanText(file.name).slice(0, 200);
    const reading: Stage = { at: 'reading', name };
    setStage(reading);
    // Somebody who cancelled meanwhile, or chose another file, is somewhere else by now.
    const goOn = (next: Stage): void => setStage((now) => (now === reading ? next : now));
    const content = await readFileAsBase64(file);
    if (!content.ok) {
      return goOn({ at: 'choose', notice: content.code === 'file_unreadable' ? say('unreadable') : errorText({ code: content.code }) });
    }
    const reply = await readPreview.run({ ledger: ledgerId, name, content: content.value });
    goOn(reply.ok ? { at: 'preview', name, preview: reply.value } : { at: 'choose' });
  }

  async function write(preview: ImportPreviewView, name: string, input: Input<'imports.commit'>): Promise<void> {
    const writing: Stage = { at: 'writing', name, preview };
    setStage(writing);
    const reply = await commit.run(input);
    if (reply.ok) setStage({ at: 'done', ledgerName: 'name' in input.into ? input.into.name : (ledger?.name ?? ''), ...reply.value });
    else setStage((now) => (now === writing ? { at: 'preview', name, preview } : now));
  }

  async function stop(): Promise<void> {
    setStage({ at: 'choose', notice: say('cancelled') });
    await cancel.run({});
    readPreview.clear();
  }

  const again = () => {
    readPreview.clear();
    setStage({ at: 'choose' });
  };
  const ready = ledgerId === null || ledger !== null;

  return (
    <Page title={say('title')}>
      <Stack gap="md" pb="xl">
        <FailureNotice error={ledgerError} />
        {stage.at === 'choose' && (
          <>
            <Text c="dimmed">{ledger ? say('leadInto', { ledger: ledger.name }) : say('lead')}</Text>
            {stage.notice && <Alert role="status" color="amber">{stage.notice}</Alert>}
            {!stage.notice && <FailureNotice error={readPreview.error} />}
            {ready && <ChooseFile onFile={(file) => void read(file)} />}
          </>
        )}
        {stage.at === 'reading' && <ImportProgress title={say('reading', { name: stage.name })} onCancel={() => void stop()} />}
        {stage.at === 'writing' && <ImportProgress title={say('writeProgress')} note={say('writeAllOrNothing')} />}
        {stage.at === 'preview' && (
          <ImportPreview
            key={stage.preview.import} preview={stage.preview} fileName={stage.name} ledger={ledger} error={commit.error}
            onCommit={(input) => void write(stage.preview, stage.name, input)} onOtherFile={again}
          />
        )}
        {stage.at === 'done' && <Done {...stage} onAgain={again} />}
      </Stack>
    </Page>
  );
}

function Done({ ledger, ledgerName, added, known, onAgain }: Extract<Stage, { at: 'done' }> & { onAgain(): void }) {
  const say = useWords('imports');
  const route = { page: 'ledger', ledger, tab: 'entries' } as const;
  return (
    <Paper withBorder p="lg">
      <Stack gap="sm" align="flex-start">
        <Group gap="xs"><IconCircleCheck size={24} aria-hidden color="var(--tally-owed)" /><Title order={2} size="h3">{say('doneTitle')}</Title></Group>
        <Text role="status">{say('doneText', { added, known, ledger: ledgerName })}</Text>
        <Group gap="xs">
          <Button component="a" href={routeToHash(route)} ref={focusOnMount}>{say('open')}</Button>
          <Button variant="default" onClick={onAgain}>{say('another')}</Button>
        </Group>
      </Stack>
    </Paper>
  );
}
