import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { nameSchema } from '#domain/text.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { firstFault } from '#renderer/lib/faults.ts';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import type { Language } from '#renderer/words/index.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './first-run.module.css';

/** Somebody new: a name is all that is asked for. Where the first ledger comes from is asked on the next screen. */
export function Newcomer({ language }: { language: Language }) {
  const say = useWords('start');
  const errorText = useErrorText();
  const setUp = useCall('profile.setUp');
  const [name, setName] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = firstFault(nameSchema, name.trim());

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!fault) void setUp.run({ name: name.trim(), language });
  };

  return (
    <form className={classes.fields} onSubmit={submit} noValidate>
      <TextInput
        label={say('name')} description={say('nameHint')} size="md" ref={focusOnMount} autoComplete="name" maxLength={80}
        value={name} onChange={(event) => setName(event.currentTarget.value)}
        error={isTried && fault ? errorText({ code: fault }) : undefined}
      />
      <FailureNotice error={setUp.error} onClose={setUp.clear} />
      <Button type="submit" size="md" loading={setUp.busy}>{say('go')}</Button>
    </form>
  );
}
