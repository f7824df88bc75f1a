import { VisuallyHidden } from '@mantine/core';
import type { EntryView, LedgerView } from '#contract/views.ts';
import { entryEffects, oddUnits } from '#domain/effects.ts';
import { isTransfer } from '#domain/entry-rules.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { Money } from '#renderer/ui/money.tsx';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './panel.module.css';

/** What each person paid, what was theirs, and who bears the odd unit. */
export function PeopleTable({ entry, ledger }: { entry: EntryView; ledger: LedgerView }) {
  const say = useWords('entries');
  const format = useFormat();
  const { body } = entry;
  // A void entry has no effect, but its facts are still shown.
  const rows = entryEffects({ ...body, state: 'active' });
  const odd = oddUnits(body, entry.id);
  const isReceived = body.kind === 'income' || body.kind === 'refund';
  const personOf = (id: string) => ledger.persons.find((person) => person.id === id);
  const names = format.list(odd.map(({ person }) => personOf(person)?.name ?? '?'));
  return (
    <section aria-labelledby="entry-people">
      <h3 id="entry-people" className={classes.heading}>{say('people')}</h3>
      <table className={classes.people}>
        <thead>
          <tr><th scope="col"><VisuallyHidden>{say('filterPerson')}</VisuallyHidden></th><th scope="col">{say(isReceived ? 'receivedColumn' : 'paidColumn')}</th><th scope="col">{say('shareColumn')}</th></tr>
        </thead>
        <tbody>
          {rows.map(({ person, paid, share }) => (
            <tr key={person}>
              <th scope="row"><PersonName name={personOf(person)?.name ?? '?'} me={personOf(person)?.me} face /></th>
              <td>{paid === 0 ? '–' : <Money amount={paid} currency={body.currency} />}</td>
              <td>{share === 0 ? '–' : <Money amount={share} currency={body.currency} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isTransfer(body) && (
        <p className={classes.faint}>
          {say('splitRule', { mode: say(`mode_${body.split.mode}`) })}
          {odd.length > 0 && <> · {format.isHidden ? say('oddUnitsHidden', { names, count: odd.length }) : say('oddUnits', { names, count: odd.length, unit: format.money(1, body.currency) })}</>}
        </p>
      )}
    </section>
  );
}
