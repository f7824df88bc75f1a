import { Button, Textarea } from '@mantine/core';
import { IconNote } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import type { FormPart } from './form-part.ts';
import classes from './form.module.css';

function NoteText({ form, reading, isTried, change, isAsked }: FormPart & { isAsked: boolean }) {
  const say = useWords('entries');
  const errorText = useErrorText();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (isAsked) field.current?.focus();
  }, [isAsked]);
  const fault = reading.faults.note;
  return (
    <Textarea
      ref={field} label={say('note')} autosize minRows={2} maxRows={6} maxLength={2_000} value={form.note}
      onChange={(event) => change({ note: event.currentTarget.value })} error={isTried && fault ? errorText(fault) : undefined}
    />
  );
}

/** Most entries need no note: a button until one is wanted. */
export function NoteField(part: FormPart) {
  const say = useWords('entries');
  const [isAsked, setAsked] = useState(false);
  if (isAsked || part.form.note !== '') return <NoteText {...part} isAsked={isAsked} />;
  return (
    <Button className={classes.noteButton} variant="subtle" color="gray" size="compact-sm" leftSection={<IconNote size={16} aria-hidden />} onClick={() => setAsked(true)}>
      {say('addNote')}
    </Button>
  );
}
