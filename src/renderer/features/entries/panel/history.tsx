import { IconClockExclamation, IconCloudUp, IconUserEdit } from '@tabler/icons-react';
import type { EntryView, LedgerView, RevisionView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useIsSending } from '#renderer/lib/sending.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { tellRevision } from './entry-changes.ts';
import { useFieldText } from './use-field-text.ts';
import classes from './panel.module.css';

const DEEDS = { added: 'historyAdded', changed: 'historyChanged', voided: 'historyVoided', restored: 'historyRestored', resolved: 'historyResolved' } as const;

/** Whether the device is somebody else's, by the membership, than the person it names. */
const isForAnother = (revision: RevisionView): revision is RevisionView & { member: NonNullable<RevisionView['member']> } =>
  revision.member?.person != null && revision.member.person !== revision.by.person;

/** Who wrote and changed an entry, when, from which device, and what. */
export function History({ entry, ledger }: { entry: EntryView; ledger: LedgerView }) {
  const say = useWords('entries');
  const format = useFormat();
  const isSending = useIsSending();
  const fieldText = useFieldText(ledger);
  return (
    <section aria-labelledby="entry-history">
      <h3 id="entry-history" className={classes.heading}>{say('history')}</h3>
      <ol className={classes.history}>
        {entry.history.map((revision) => {
          const { deed, fields, before } = tellRevision(revision, entry.history);
          return (
            <li key={revision.id} className={classes.revision}>
              <div><strong><bdi>{revision.by.name}</bdi></strong> {say(DEEDS[deed])}</div>
              {deed === 'changed' && before && (
                <ul className={classes.changes}>
                  {fields.map((field) => (
                    <li key={field}>{say('changed', { field: say(`field_${field}`), before: fieldText(before, field), after: fieldText(revision.body, field) })}</li>
                  ))}
                </ul>
              )}
              <div className={classes.faint}>
                {format.dateTime(revision.at)} · {revision.device.mine ? say('historyMine') : say('historyDevice', { device: revision.device.name })}
                {revision.waiting && isSending && <> <IconCloudUp size={14} role="img" aria-label={say('waitingMark')} className={classes.inline} /></>}
              </div>
              {isForAnother(revision) && (
                <div className={classes.odd}><IconUserEdit size={14} aria-hidden /> {say('historyFor', { member: revision.member.name, name: revision.by.name })}</div>
              )}
              {revision.clockOdd && <div className={classes.odd}><IconClockExclamation size={14} aria-hidden /> {say('clockOdd')}</div>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
