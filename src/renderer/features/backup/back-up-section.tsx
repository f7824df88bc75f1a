import { Button } from '@mantine/core';
import { useState } from 'react';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { BackUpDialog } from './back-up-dialog.tsx';
import classes from './backup.module.css';

/** When everything was last written into a file, and doing it now. */
export function BackUpSection({ lastBackup }: { lastBackup: number | null }) {
  const say = useWords('backup');
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={classes.section} aria-labelledby="me-backup">
      <h2 id="me-backup" className={classes.heading}>{say('title')}</h2>
      <p className={classes.text}>{say('what')}</p>
      <p className={classes.text}>{lastBackup === null ? say('never') : say('last', { when: format.dateTime(lastBackup) })}</p>
      <div><Button variant="default" onClick={() => setOpen(true)}>{say('backUp')}</Button></div>
      <BackUpDialog opened={isOpen} onClose={() => setOpen(false)} />
    </section>
  );
}
