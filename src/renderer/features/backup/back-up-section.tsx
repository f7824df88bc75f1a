import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IdentityView } from '#contract/people-views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { Part, Prose } from '#renderer/ui/part.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { BackUpDialog } from './back-up-dialog.tsx';

/** When everything was last written into a file, and doing it now. */
export function BackUpSection({ me: { lastBackup, phrase } }: { me: Pick<IdentityView, 'lastBackup' | 'phrase'> }) {
  const say = useWords('backup');
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  return (
    <Part title={say('title')}>
      <Prose>{say(phrase === 'here' ? 'what' : 'whatWithoutWords')}</Prose>
      <Prose>{lastBackup === null ? say('never') : say('last', { when: format.dateTime(lastBackup) })}</Prose>
      <div><Button variant="default" onClick={() => setOpen(true)}>{say('backUp')}</Button></div>
      <BackUpDialog opened={isOpen} onClose={() => setOpen(false)} />
    </Part>
  );
}
