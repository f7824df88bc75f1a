import { Text } from '@mantine/core';
import type { LedgerView } from '#contract/views.ts';
import type { PersonId } from '#domain/ids.ts';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './balances.module.css';

/** "Bob pays Ann" or "Bob owes Ann": the payer always first. */
export function DebtLine({ ledger, from, to, verb }: { ledger: LedgerView; from: PersonId; to: PersonId; verb: 'pays' | 'owes' }) {
  const say = useWords('balances');
  const name = (id: PersonId) => {
    const person = ledger.persons.find((one) => one.id === id);
    return <PersonName name={person?.name ?? '?'} me={person?.me} face />;
  };
  return (
    <div className={classes.who}>
      {name(from)}
      <Text component="span" size="sm" c="dimmed" style={{ flex: 'none' }}>{say(verb)}</Text>
      {name(to)}
    </div>
  );
}
