import { chordKeys, type KeyChord } from '#renderer/lib/shortcuts.ts';
import classes from './keys.module.css';

/** A chord as small keys. */
export function Keys({ chord }: { chord: KeyChord }) {
  return (
    <span className={classes.keys}>
      {chordKeys(chord).map((name) => <kbd key={name} className={classes.key}>{name}</kbd>)}
    </span>
  );
}
