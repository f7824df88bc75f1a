import { Loader } from '@mantine/core';
import { useCoreState } from '#renderer/lib/core.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './shell.module.css';

/** Stands over every page while the core cannot be reached. */
export function CoreBanner() {
  const say = useWords('shell');
  if (useCoreState() !== 'lost') return null;
  return (
    <div className={classes.banner} role="alert">
      <Loader size={14} color="currentColor" aria-hidden />
      <span className={classes.bannerText}>{say('connectionLost')}</span>
    </div>
  );
}
