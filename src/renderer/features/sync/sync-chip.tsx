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
  const waiting = view.waiting > 0 ? say('chipWaiting', { count: view.waiting }) : null;
  return (
    <a
      className={classes.chip}
      href={routeToHash({ page: 'sync' })}
      data-tone={view.quarantined > 0 ? 'wrong' : stateToTone(state)}
      aria-label={say('chip', { state: waiting ? `${word}, ${waiting}` : word })}
      data-testid="sync-chip"
      data-state={state}
      data-waiting={view.waiting}
    >
      <SyncIcon state={state} />
      <span>{word}</span>
      {waiting && <span className={classes.count}>{waiting}</span>}
    </a>
  );
}
