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
  const counts = ([['chipWaiting', view.waiting], ['chipSetAside', view.quarantined]] as const)
    // Without a relay nothing waits for anything: it is where it belongs.
    .filter(([, count]) => count > 0 && state !== 'notSet')
    .map(([key, count]) => ({ key, count, words: say(key, { count }) }));
  return (
    <a
      className={classes.chip}
      href={routeToHash({ page: 'sync' })}
      data-tone={stateToTone(state)}
      aria-label={say('chip', { state: [word, ...counts.map((one) => one.words)].join(', ') })}
      data-testid="sync-chip"
      data-state={state}
      data-waiting={view.waiting}
    >
      <SyncIcon state={state} />
      <span className={classes.word}>{word}</span>
      {counts.map(({ key, count, words }) => (
        <span key={key} className={classes.count} data-about={key}>
          <span className={classes.long}>{words}</span>
          <span className={classes.short}>{count}</span>
        </span>
      ))}
    </a>
  );
}
