import { Modal } from '@mantine/core';
import { Keys } from '#renderer/ui/keys.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { SHEET } from './shortcut-list.ts';
import classes from './shortcut-sheet.module.css';

export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const say = useWords('shell');
  return (
    <Modal opened={opened} onClose={onClose} title={say('shortcuts')} size="lg">
      <div className={classes.sections}>
        {SHEET.map((section) => (
          <section key={section.title}>
            <h3 className={classes.title}>{say(section.title)}</h3>
            <dl className={classes.rows}>
              {section.rows.map((row) => (
                <div key={row.words} className={classes.row}>
                  <dt>{say(row.words)}</dt>
                  <dd className={classes.chords}>{row.chords.map((chord) => <Keys key={`${chord.key}${chord.shift}`} chord={chord} />)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
