import { Button, Group, Loader, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { RestoreView } from '#contract/people-views.ts';
import { Restored } from '#renderer/features/backup/restored.tsx';
import { useCall } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './first-run.module.css';
import { PhraseField } from './phrase-field.tsx';
import type { WayProps } from './way.ts';

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
      <PhraseField
        value={phrase}
        onChange={(typed) => {
          restore.clear();
          setPhrase(typed);
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
