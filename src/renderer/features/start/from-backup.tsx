import { Button, FileButton, Group, Loader, PasswordInput, Progress } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { RestoreView } from '#contract/people-views.ts';
import { Restored } from '#renderer/features/backup/restored.tsx';
import { useCall } from '#renderer/lib/core.tsx';
import { useUpload } from '#renderer/lib/upload.ts';
import { useSize } from '#renderer/lib/use-size.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './first-run.module.css';
import type { WayProps } from './way.ts';

/** Everything that a backup file holds, under its passphrase. */
export function FromBackup({ language, onHold }: WayProps) {
  const start = useWords('start');
  const say = useWords('backup');
  const size = useSize();
  const upload = useUpload();
  const restore = useCall('files.restore');
  const [file, setFile] = useState<File>();
  /** What the core calls the file once it has all of it: a second try needs no second reading. */
  const [ticket, setTicket] = useState<string>();
  const [passphrase, setPassphrase] = useState('');
  const [restored, setRestored] = useState<RestoreView>();
  const isBusy = upload.part !== undefined || restore.busy;

  function choose(chosen: File | null): void {
    if (!chosen) return;
    upload.clear();
    restore.clear();
    setTicket(undefined);
    setFile(chosen);
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!file || !passphrase || isBusy) return;
    const whole = ticket ?? (await upload.run(file));
    if (whole === undefined) return;
    setTicket(whole);
    onHold(true);
    const reply = await restore.run({ file: whole, passphrase, language });
    if (reply.ok) return setRestored(reply.value);
    onHold(false);
    // Another wrong than the passphrase, and the file is read anew at the next try.
    if (reply.error.code !== 'passphrase_wrong') setTicket(undefined);
  }

  if (restored) return <Restored restored={restored} onOpen={() => onHold(false)} />;
  return (
    <form className={classes.fields} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.lead}>{start('backupLead')}</p>
      <div>
        <div className={classes.label}>{say('restoreFile')}</div>
        <Group gap="sm">
          <FileButton onChange={choose} inputProps={{ 'aria-label': say('restoreFile') }}>
            {(props) => <Button {...props} variant="default" disabled={isBusy}>{say(file ? 'otherFile' : 'chooseFile')}</Button>}
          </FileButton>
          {file && <span className={classes.fileName}><bdi>{file.name}</bdi> · {size(file.size)}</span>}
        </Group>
      </div>
      <PasswordInput label={say('passphrase')} autoComplete="off" maxLength={500} value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)} />
      {upload.part !== undefined && <Progress value={upload.part * 100} aria-label={say('uploading')} />}
      {restore.busy && <Group gap="sm" role="status"><Loader size="sm" />{say('restoring')}</Group>}
      <FailureNotice error={upload.error ?? restore.error} onClose={upload.error ? upload.clear : restore.clear} />
      <Button type="submit" size="md" loading={isBusy} disabled={!file || !passphrase}>{say('restore')}</Button>
    </form>
  );
}
