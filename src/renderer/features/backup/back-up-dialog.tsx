import { Alert, Button, Group, Loader, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { FileWrittenView } from '#contract/people-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { useSize } from '#renderer/lib/use-size.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Prose } from '#renderer/ui/part.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { strengthOf } from './strength.ts';
import classes from './backup.module.css';

/** The contract's least length of a passphrase. */
export const SHORTEST_PASSPHRASE = 8;

/** A passphrase twice and a folder become one sealed file. */
export function BackUpDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const say = useWords('backup');
  return (
    <Modal opened={opened} onClose={onClose} size="md" title={say('dialogTitle')}>
      <BackUp onDone={onClose} />
    </Modal>
  );
}

function BackUp({ onDone }: { onDone(): void }) {
  const say = useWords('backup');
  const backUp = useCall('files.backUp');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [folder, setFolder] = useState('');
  const [isTried, setTried] = useState(false);
  const [written, setWritten] = useState<FileWrittenView>();
  const isLong = [...passphrase].length >= SHORTEST_PASSPHRASE;
  const isSame = passphrase === again;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (!isLong || !isSame || backUp.busy) return;
    const reply = await backUp.run({ passphrase, folder: folder.trim() || null });
    if (reply.ok) setWritten(reply.value);
  }

  if (written) return <Written written={written} onDone={onDone} />;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <PasswordInput
          label={say('passphrase')} description={say('passphraseHint')} autoComplete="new-password" maxLength={500} data-autofocus value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)} error={isTried && !isLong && say('tooShort')}
        />
        {passphrase !== '' && <StrengthMeter passphrase={passphrase} />}
        <PasswordInput
          label={say('again')} autoComplete="new-password" maxLength={500} value={again}
          onChange={(event) => setAgain(event.currentTarget.value)} error={isTried && !isSame && say('differs')}
        />
        <TextInput
          label={say('folder')} description={say('folderHint')} autoComplete="off" spellCheck={false} maxLength={1_000} value={folder}
          onChange={(event) => setFolder(event.currentTarget.value)}
        />
        <FailureNotice error={backUp.error} onClose={backUp.clear} />
        <Group justify="flex-end">
          {backUp.busy && <Group gap="sm" role="status"><Loader size="sm" />{say('writing')}</Group>}
          <Button type="submit" loading={backUp.busy}>{say('write')}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** In words beside the notches: colour is never the only sign. */
function StrengthMeter({ passphrase }: { passphrase: string }) {
  const say = useWords('backup');
  const strength = strengthOf(passphrase);
  return (
    <div className={classes.strength} data-strength={strength}>
      <div className={classes.notches} aria-hidden><span /><span /><span /></div>
      <Text size="sm" role="status" aria-label={say('strength')}>{say(`strength_${strength}`)}</Text>
    </div>
  );
}

function Written({ written, onDone }: { written: FileWrittenView; onDone(): void }) {
  const say = useWords('backup');
  const size = useSize();
  return (
    <Stack gap="md">
      <Alert color="accent" icon={<IconCheck aria-hidden />} role="status" title={say('written', { size: size(written.bytes) })}>
        <Prose>{say('path')}</Prose>
        <p className={classes.path} data-testid="written-path">{written.path}</p>
      </Alert>
      <Text>{say('keepApart')}</Text>
      <Group justify="flex-end"><Button ref={focusOnMount} onClick={onDone}>{say('done')}</Button></Group>
    </Stack>
  );
}
