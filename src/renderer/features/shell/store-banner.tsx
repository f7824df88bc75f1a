import { Anchor } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useProfile } from '#renderer/lib/profile.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './shell.module.css';

/** Stands over every page while the store can only be read, and leads to the way out. */
export function StoreBanner() {
  const say = useWords('shell');
  const errorText = useErrorText();
  const { state, problem } = useProfile();
  if (state !== 'readOnly') return null;
  return (
    <div className={classes.banner} data-tone="wrong" role="alert">
      <IconLock size={16} aria-hidden />
      <span className={classes.bannerText}>
        <strong>{say('readOnlyTitle')}.</strong> {problem && errorText({ code: problem })}{' '}
        <Anchor href={routeToHash({ page: 'settings' })} inherit c="inherit" underline="always">{say('readOnlyHow')}</Anchor>
      </span>
    </div>
  );
}
