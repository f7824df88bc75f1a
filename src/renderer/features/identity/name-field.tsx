import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { nameSchema } from '#domain/text.ts';
import { firstFault } from '#renderer/lib/faults.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './identity.module.css';

interface NameFieldProps {
  label: string;
  hint: string;
  value: string;
  /** Beside the button that saves. */
  children?: ReactNode;
  onSave(name: string): Promise<boolean>;
}

/** A name that is saved by Enter or its button, and not on every key. */
export function NameField({ label, hint, value, children, onSave }: NameFieldProps) {
  const say = useWords('identity');
  const errorText = useErrorText();
  const [typed, setTyped] = useState<string>();
  const [isSaved, setSaved] = useState(false);
  const text = typed ?? value;
  const isChanged = text.trim() !== value;
  const fault = isChanged ? firstFault(nameSchema, text.trim()) : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (fault || !isChanged) return;
    if (await onSave(text.trim())) {
      setTyped(undefined);
      setSaved(true);
    }
  };
  return (
    <form className={classes.nameField} onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        className={classes.grow} label={label} description={hint} inputWrapperOrder={['label', 'input', 'description', 'error']} maxLength={80} value={text}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setSaved(false);
        }}
        error={fault && errorText({ code: fault })}
      />
      <Button type="submit" variant="default" className={classes.besideField} disabled={!isChanged || fault !== undefined}>{say(isSaved ? 'saved' : 'save')}</Button>
      {children}
      <span role="status" className={classes.heard}>{isSaved && say('saved')}</span>
    </form>
  );
}
