import { Alert, Button, Group, Paper, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconCheck, IconFileDownload, IconFileUpload } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { Output } from '#contract/api.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { useUpload } from '#renderer/lib/upload.ts';
import { useSize } from '#renderer/lib/use-size.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { PickFile } from '#renderer/ui/pick-file.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './sync.module.css';

/** Without any network: a file carries changes there and back. */
export function ByFile() {
  const say = useWords('sync');
  return (
    <Paper component="section" withBorder p="md" aria-label={say('byFile')}>
      <Stack gap="md">
        <div>
          <Title order={2} size="h4">{say('byFile')}</Title>
          <Text size="sm" c="dimmed">{say('byFileHint')}</Text>
        </div>
        <WriteChanges />
        <ReadChanges />
      </Stack>
    </Paper>
  );
}

function WriteChanges() {
  const say = useWords('sync');
  const size = useSize();
  const write = useCall('files.exportChanges');
  const [folder, setFolder] = useState('');
  const [written, setWritten] = useState<Output<'files.exportChanges'>>();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (write.busy) return;
    setWritten(undefined);
    const reply = await write.run({ folder: folder.trim() || null });
    if (reply.ok) setWritten(reply.value);
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        <Group align="flex-end" gap="xs">
          <TextInput
            flex="1 1 280px" label={say('exportFolder')} description={say('exportFolderHint')} autoComplete="off" spellCheck={false} maxLength={1_000}
            value={folder} onChange={(event) => setFolder(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={write.busy} leftSection={<IconFileDownload size={16} aria-hidden />}>{say('exportGo')}</Button>
        </Group>
        <FailureNotice error={write.error} onClose={write.clear} />
        {written && (
          <Alert color="accent" icon={<IconCheck aria-hidden />} role="status">
            {say('exported', { size: size(written.bytes) })}
            <div className={classes.path} data-testid="written-path">{written.path}</div>
          </Alert>
        )}
      </Stack>
    </form>
  );
}

function ReadChanges() {
  const say = useWords('sync');
  const upload = useUpload();
  const read = useCall('files.importChanges');
  const [result, setResult] = useState<Output<'files.importChanges'>>();
  const isBusy = upload.part !== undefined || read.busy;

  async function take(file: File): Promise<void> {
    if (isBusy) return;
    setResult(undefined);
    read.clear();
    const ticket = await upload.run(file);
    if (ticket === undefined) return;
    const reply = await read.run({ file: ticket });
    if (reply.ok) setResult(reply.value);
  }

  return (
    <Stack gap="sm">
      <Group>
        <PickFile label={say('importGo')} onPick={(file) => void take(file)}>
          {(props) => <Button {...props} variant="default" loading={isBusy} leftSection={<IconFileUpload size={16} aria-hidden />}>{say('importGo')}</Button>}
        </PickFile>
      </Group>
      {upload.part !== undefined && <Progress value={upload.part * 100} aria-label={say('importReading')} />}
      <FailureNotice error={upload.error ?? read.error} onClose={upload.error ? upload.clear : read.clear} />
      {result && (
        <Alert color="accent" icon={<IconCheck aria-hidden />} role="status">
          {say('imported', { fresh: result.fresh })} {say('importedOf', { frames: result.frames, ledgers: result.ledgers })}
        </Alert>
      )}
    </Stack>
  );
}
