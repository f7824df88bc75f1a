import { Button } from '@mantine/core';
import { IconNotebook } from '@tabler/icons-react';
import { useState } from 'react';
import { useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './phrase-reminder.module.css';

const PLACE = 'tallystick.phrase-later';
/** How long it keeps quiet after "Not now", in milliseconds. */
const WEEK = 7 * 86_400_000;

const isPutOff = (now: number): boolean => now - Number(localStorage.getItem(PLACE) ?? Number.NaN) < WEEK;

/** Says calmly that the 24 words are on no paper yet, as long as that is so; put off, it comes again after a week. */
export function PhraseReminder() {
  const say = useWords('identity');
  const { view } = useWatch('identity.get', {});
  const [isLater, setLater] = useState(() => isPutOff(Date.now()));
  if (isLater || view?.phrase !== 'here' || view.phraseWritten) return null;

  function putOff(): void {
    localStorage.setItem(PLACE, String(Date.now()));
    setLater(true);
  }
  return (
    <section className={classes.reminder} aria-label={say('remindTitle')}>
      <IconNotebook size={20} aria-hidden className={classes.icon} />
      <div className={classes.text}><strong>{say('remindTitle')}</strong> {say('remindText')}</div>
      <div className={classes.actions}>
        <Button size="compact-sm" component="a" href={routeToHash({ page: 'me' })} variant="default">{say('remindGo')}</Button>
        <Button size="compact-sm" variant="subtle" onClick={putOff}>{say('remindLater')}</Button>
      </div>
    </section>
  );
}
