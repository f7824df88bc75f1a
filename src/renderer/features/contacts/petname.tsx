import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { ContactView } from '#contract/people-views.ts';
import { nameSchema } from '#domain/text.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { firstFault } from '#renderer/lib/faults.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './contacts.module.css';

/** What I call somebody, before what they call themselves. Empty: as they call themselves. */
export function Petname({ contact }: { contact: ContactView }) {
  const say = useWords('contacts');
  const sayUi = useWords('ui');
  const errorText = useErrorText();
  const update = useCall('contacts.update');
  const [typed, setTyped] = useState<string>();
  const [isSaved, setSaved] = useState(false);
  const before = contact.petname ?? '';
  const text = typed ?? before;
  const name = text.trim();
  const fault = name === '' ? undefined : firstFault(nameSchema, name);
  const isChanged = name !== before;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (fault || !isChanged || update.busy) return;
    const reply = await update.run({ root: contact.root, petname: name === '' ? null : name });
    if (!reply.ok) return;
    setTyped(undefined);
    setSaved(true);
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <div className={classes.petname}>
        <TextInput
          label={say('petname')} description={say('petnameHint', { nickname: contact.nickname || sayUi('unknownName') })} inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="off" maxLength={80} value={text} error={fault && errorText({ code: fault })}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setSaved(false);
          }}
        />
        <Button type="submit" variant="default" className={classes.petnameSave} loading={update.busy} disabled={!isChanged || fault !== undefined}>{say(isSaved ? 'petnameSaved' : 'petnameSave')}</Button>
      </div>
      <FailureNotice error={update.error} onClose={update.clear} />
    </form>
  );
}
