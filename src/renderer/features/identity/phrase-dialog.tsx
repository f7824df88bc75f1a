import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconEye } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useCall } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { drawNumbers } from './draw-numbers.ts';
import classes from './identity.module.css';

const ASKED = 3;

/** From the warning over the words to the proof that they are on paper. The words are nowhere once it is closed. */
export function PhraseDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const say = useWords('identity');
  const phrase = useCall('identity.phrase');
  const [words, setWords] = useState<string[]>();
  const [step, setStep] = useState<'warn' | 'words' | 'check' | 'done'>('warn');
  const title = { warn: say('shoulder'), words: say('wordsTitle'), check: say('checkTitle'), done: say('phrase') }[step];

  async function show(): Promise<void> {
    const reply = await phrase.run({});
    if (!reply.ok) return;
    setWords(reply.value.words);
    setStep('words');
  }
  function close(): void {
    setWords(undefined);
    setStep('warn');
    phrase.clear();
    onClose();
  }

  return (
    <Modal opened={opened} onClose={close} size="lg" title={title}>
      <Stack gap="md">
        {step === 'warn' && (
          <>
            <Text>{say('shoulderText')}</Text>
            <FailureNotice error={phrase.error} />
            <Group justify="flex-end">
              <Button leftSection={<IconEye size={16} aria-hidden />} loading={phrase.busy} data-autofocus onClick={() => void show()}>{say('shoulderGo')}</Button>
            </Group>
          </>
        )}
        {step === 'words' && words && (
          <>
            <Text>{say('wordsText')}</Text>
            <ol className={classes.words} lang="en" translate="no">
              {words.map((word, index) => <li key={index}><span>{index + 1}</span> <span>{word}</span></li>)}
            </ol>
            <Group justify="flex-end"><Button ref={focusOnMount} onClick={() => setStep('check')}>{say('wordsWritten')}</Button></Group>
          </>
        )}
        {step === 'check' && words && <Check count={words.length} onBack={() => setStep('words')} onDone={() => setStep('done')} />}
        {step === 'done' && (
          <>
            <Alert color="accent" icon={<IconCheck aria-hidden />} role="status">{say('checked')}</Alert>
            <Group justify="flex-end"><Button ref={focusOnMount} onClick={close}>{say('done')}</Button></Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}

function Check({ count, onBack, onDone }: { count: number; onBack(): void; onDone(): void }) {
  const say = useWords('identity');
  const confirm = useCall('identity.confirmPhrase');
  const [asked] = useState(() => drawNumbers(ASKED, count, (bound) => Math.floor(Math.random() * bound)));
  const [typed, setTyped] = useState<Record<number, string>>({});
  const isComplete = asked.every((number) => typed[number]?.trim());

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isComplete || confirm.busy) return;
    const reply = await confirm.run({ words: asked.map((number) => ({ number, word: typed[number]?.trim() ?? '' })) });
    if (reply.ok) onDone();
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <Text>{say('checkText')}</Text>
        <Group align="flex-start" grow>
          {asked.map((number, index) => (
            <TextInput
              key={number} label={say('wordNumber', { number })} autoComplete="off" autoCapitalize="none" spellCheck={false} lang="en" maxLength={20}
              {...(index === 0 && { ref: focusOnMount })} value={typed[number] ?? ''}
              onChange={(event) => {
                const { value } = event.currentTarget;
                confirm.clear();
                setTyped((before) => ({ ...before, [number]: value }));
              }}
            />
          ))}
        </Group>
        <FailureNotice error={confirm.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onBack}>{say('wordsAgain')}</Button>
          <Button type="submit" loading={confirm.busy} disabled={!isComplete}>{say('check')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
