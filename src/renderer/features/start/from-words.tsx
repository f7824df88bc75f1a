import { Button, Group, Loader, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { RestoreView } from '#contract/people-views.ts';
import { Restored } from '#renderer/features/backup/restored.tsx';
import { useCall } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './first-run.module.css';
import type { WayProps } from './way.ts';

/** Words as they will be counted: numbers and signs before them do not matter. */
const countWords = (text: string): number => (text.match(/\p{L}+/gu) ?? []).length;

/** Everything that the relay still holds, by the 24 words alone. */
export function FromWords({ language, onHold }: WayProps) {
  const say = useWords('start');
  const restore = useCall('identity.restore');
  const [phrase, setPhrase] = useState('');
  const [relay, setRelay] = useState('');
  const [restored, setRestored] = useState<RestoreView>();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!phrase.trim() || !relay.trim() || restore.busy) return;
    onHold(true);
    const reply = await restore.run({ phrase, relay: relay.trim(), language });
    if (!reply.ok) return onHold(false);
    setPhrase('');
    setRestored(reply.value);
  }

  if (restored) return <Restored restored={restored} onOpen={() => onHold(false)} />;
  return (
    <form className={classes.fields} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.lead}>{say('wordsLead')}</p>
      <Textarea
        label={say('words')} description={say('wordsCount', { count: countWords(phrase) })} inputWrapperOrder={['label', 'input', 'description', 'error']}
        autosize minRows={4} maxRows={8} maxLength={1_000} autoComplete="off" autoCapitalize="none" spellCheck={false} lang="en" ref={focusOnMount}
        value={phrase} onChange={(event) => {
          restore.clear();
          setPhrase(event.currentTarget.value);
        }}
      />
      <TextInput
        label={say('relay')} description={say('relayHint')} placeholder="wss://relay.example" inputMode="url" autoComplete="off" spellCheck={false}
        maxLength={500} value={relay} onChange={(event) => setRelay(event.currentTarget.value)}
      />
      <FailureNotice error={restore.error} onClose={restore.clear} />
      {restore.busy && <Group gap="sm" role="status"><Loader size="sm" />{say('restoring')}</Group>}
      <Button type="submit" size="md" loading={restore.busy} disabled={!phrase.trim() || !relay.trim()}>{say('restore')}</Button>
    </form>
  );
}
