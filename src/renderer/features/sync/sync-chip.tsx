import { useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { stateToTone, SyncIcon, viewToState } from './sync-state.tsx';
import classes from './sync.module.css';

/** The state of sending in an icon, a word and a count, in the header; leads to the whole story. */
export function SyncChip() {
  const say = useWords('sync');
  const { view } = useWatch('sync.state', {});
  if (!view) return null;
  const state = viewToState(view);
  const word = say(`state_${state}`);
  const counts = [
    ...(view.waiting > 0 ? [say('chipWaiting', { count: view.waiting })] : []),
    ...(view.quarantined > 0 ? [say('chipSetAside', { count: view.quarantined })] : []),
  ];
  return (
    <a
      className={classes.chip}
      href={routeToHash({ page: 'sync' })}
      data-tone={stateToTone(state)}
      aria-label={say('chip', { state: [word, ...counts].join(', ') })}
      data-testid="sync-chip"
      data-state={state}
      data-waiting={view.waiting}
    >
      <SyncIcon state={state} />
      <span className={classes.word}>{word}</span>
      {counts.map((count) => <span key={count} className={classes.count}>{count}</span>)}
    </a>
  );
}
