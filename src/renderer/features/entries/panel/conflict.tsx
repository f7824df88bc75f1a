import { Button, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { EntryView, LedgerView, RevisionView } from '#contract/views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { mayWrite } from '#renderer/lib/standing.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { differingFields, ENTRY_FIELDS } from './entry-changes.ts';
import { useFieldText } from './use-field-text.ts';
import classes from './panel.module.css';

/** The versions of an entry beside each other, where they differ, and one button under each to end the conflict. */
export function Conflict({ entry, ledger, onResolved }: { entry: EntryView; ledger: LedgerView; onResolved(): void }) {
  const say = useWords('entries');
  const format = useFormat();
  const fieldText = useFieldText(ledger);
  const resolve = useCall('entries.resolve');
  const versions = entry.conflict;
  const differing = new Set(differingFields(versions.map((version) => version.body)));
  const keep = async (version: RevisionView) => {
    const reply = await resolve.run({ ledger: ledger.id, entry: entry.id, revision: version.id });
    if (!reply.ok) return;
    notifications.show({ message: say('resolved'), color: 'accent' });
    // The button that had the keyboard is gone with the conflict.
    onResolved();
  };
  return (
    <section className={classes.conflict} aria-labelledby="entry-conflict">
      <h3 id="entry-conflict" className={classes.conflictTitle}><IconAlertTriangle size={18} aria-hidden /> {say('conflictTitle')}</h3>
      <p className={classes.paragraph}>{say('conflictText')}</p>
      <div className={classes.scroll}>
        <table className={classes.versions}>
          <thead>
            <tr>
              <th scope="col"><VisuallyHidden>{say('conflictField')}</VisuallyHidden></th>
              {versions.map((version, index) => (
                <th key={version.id} scope="col" id={`version-${version.id}`}>
                  <div>{say('conflictVersion', { number: index + 1, count: versions.length })}{index === 0 && <span className={classes.counted}>{say('conflictCounted')}</span>}</div>
                  <div className={classes.faint}>{say('conflictBy', { name: version.by.name, device: version.device.name, time: format.dateTime(version.at) })}</div>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ENTRY_FIELDS.filter((field) => differing.has(field) || (field !== 'note' && field !== 'state')).map((field) => (
              <tr key={field} data-differs={differing.has(field) || undefined}>
                <th scope="row">{say(`field_${field}`)}{differing.has(field) && <span className={classes.differs}>{say('conflictDiffers')}</span>}</th>
                {versions.map((version) => <td key={version.id}>{fieldText(version.body, field)}</td>)}
              </tr>
            ))}
          </tbody>
          {mayWrite(ledger) && <tfoot>
            <tr>
              <th scope="row"><VisuallyHidden>{say('conflictChoice')}</VisuallyHidden></th>
              {versions.map((version) => (
                <td key={version.id}>
                  <Button size="compact-sm" fullWidth aria-describedby={`version-${version.id}`} disabled={resolve.busy} onClick={() => void keep(version)}>{say('keep')}</Button>
                </td>
              ))}
            </tr>
          </tfoot>}
        </table>
      </div>
      <FailureNotice error={resolve.error} onClose={resolve.clear} />
    </section>
  );
}
