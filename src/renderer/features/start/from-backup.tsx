import { Button, Group, Loader, PasswordInput, Progress } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { ErrorCode } from '#contract/errors.ts';
import type { RestoreView } from '#contract/people-views.ts';
import { Restored } from '#renderer/features/backup/restored.tsx';
import { useCall } from '#renderer/lib/core.tsx';
import { useUpload } from '#renderer/lib/upload.ts';
import { useSize } from '#renderer/lib/use-size.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { PickFile } from '#renderer/ui/pick-file.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './first-run.module.css';
import { PhraseField } from './phrase-field.tsx';
import type { WayProps } from './way.ts';

const KEEPS_FILE: readonly ErrorCode[] = ['passphrase_wrong', 'phrase_invalid', 'backup_needs_phrase'];

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
  const [phrase, setPhrase] = useState('');
  const [needsPhrase, setNeedsPhrase] = useState(false);
  const [restored, setRestored] = useState<RestoreView>();
  const isBusy = upload.part !== undefined || restore.busy;

  function choose(chosen: File): void {
    upload.clear();
    restore.clear();
    setTicket(undefined);
    setNeedsPhrase(false);
    setFile(chosen);
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!file || !passphrase || isBusy) return;
    const whole = ticket ?? (await upload.run(file));
    if (whole === undefined) return;
    setTicket(whole);
    onHold(true);
    const reply = await restore.run({ file: whole, passphrase, phrase: needsPhrase ? phrase : null, language });
    if (reply.ok) return setRestored(reply.value);
    onHold(false);
    if (reply.error.code === 'backup_needs_phrase') setNeedsPhrase(true);
    // The core keeps the file while only the passphrase or the words are wrong.
    if (!KEEPS_FILE.includes(reply.error.code)) setTicket(undefined);
  }

  if (restored) return <Restored restored={restored} onOpen={() => onHold(false)} />;
  return (
    <form className={classes.fields} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.lead}>{start('backupLead')}</p>
      <div>
        <div className={classes.label}>{say('restoreFile')}</div>
        <Group gap="sm">
          <PickFile label={say('restoreFile')} onPick={choose}>
            {(props) => <Button {...props} variant="default" disabled={isBusy}>{say(file ? 'otherFile' : 'chooseFile')}</Button>}
          </PickFile>
          {file && <span className={classes.fileName}><bdi>{file.name}</bdi> · {size(file.size)}</span>}
        </Group>
      </div>
      <PasswordInput label={say('passphrase')} autoComplete="off" maxLength={500} value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)} />
      {needsPhrase && <PhraseField value={phrase} onChange={setPhrase} />}
      {upload.part !== undefined && <Progress value={upload.part * 100} aria-label={say('uploading')} />}
      {restore.busy && <Group gap="sm" role="status"><Loader size="sm" />{say('restoring')}</Group>}
      <FailureNotice error={upload.error ?? restore.error} onClose={upload.error ? upload.clear : restore.clear} />
      <Button type="submit" size="md" loading={isBusy} disabled={!file || !passphrase || (needsPhrase && !phrase.trim())}>{say('restore')}</Button>
    </form>
  );
}
