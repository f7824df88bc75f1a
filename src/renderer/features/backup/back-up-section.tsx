import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IdentityView } from '#contract/people-views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { BackUpDialog } from './back-up-dialog.tsx';
import classes from './backup.module.css';

/** When everything was last written into a file, and doing it now. */
export function BackUpSection({ me: { lastBackup, phrase } }: { me: Pick<IdentityView, 'lastBackup' | 'phrase'> }) {
  const say = useWords('backup');
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={classes.section} aria-labelledby="me-backup">
      <h2 id="me-backup" className={classes.heading}>{say('title')}</h2>
      <p className={classes.text}>{say(phrase === 'here' ? 'what' : 'whatWithoutWords')}</p>
      <p className={classes.text}>{lastBackup === null ? say('never') : say('last', { when: format.dateTime(lastBackup) })}</p>
      <div><Button variant="default" onClick={() => setOpen(true)}>{say('backUp')}</Button></div>
      <BackUpDialog opened={isOpen} onClose={() => setOpen(false)} />
    </section>
  );
}
