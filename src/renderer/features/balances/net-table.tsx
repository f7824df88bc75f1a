import { Button, Paper, Table, Title } from '@mantine/core';
import type { CurrencyBalancesView, LedgerView } from '#contract/views.ts';
import type { PersonId } from '#domain/ids.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { Money } from '#renderer/ui/money.tsx';
import { PersonName } from '#renderer/ui/person-name.tsx';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './balances.module.css';

interface NetTableProps {
  ledger: LedgerView;
  balances: CurrencyBalancesView;
  /** Whether a heading above names the currency already. */
  currencyNamed: boolean;
  onExplain(person: PersonId): void;
}

/** Everybody's balance in a currency: me first, then who is owed most. */
export function NetTable({ ledger, balances, currencyNamed, onExplain }: NetTableProps) {
  const say = useWords('balances');
  const format = useFormat();
  const { currency } = balances;
  const title = say('people', { currency: format.currencyName(currency) });
  const persons = new Map(ledger.persons.map((person) => [person.id, person]));
  const rows = balances.people
    .map((row) => ({ ...row, name: persons.get(row.person)?.name ?? '?', me: row.person === ledger.me, archived: persons.get(row.person)?.state === 'archived' }))
    .toSorted((a, b) => Number(b.me) - Number(a.me) || b.net - a.net || a.name.localeCompare(b.name));
  const largest = Math.max(...rows.map(({ net }) => Math.abs(net)), 1);
  return (
    <Paper component="section" aria-label={title} withBorder p="md">
      <Title order={3} size="h4" mb="xs">{currencyNamed ? say('balances') : title}</Title>
      <ScrollTable label={title} minWidth={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{say('person')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('balance')}</Table.Th>
            <Table.Td aria-hidden visibleFrom="md" />
            <Table.Th scope="col" ta="end">{say('paid')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('share')}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ person, name, me, archived, paid, share, net }) => (
            <Table.Tr key={person} className={me ? classes.me : undefined}>
              <Table.Th scope="row" fw={me ? 600 : 400}><PersonName name={name} me={me} archived={archived} face /></Table.Th>
              <Table.Td ta="end"><Money amount={net} currency={currency} signed words={me ? 'me' : 'person'} /></Table.Td>
              <Table.Td aria-hidden visibleFrom="md"><NetBar part={net / largest} /></Table.Td>
              <Table.Td ta="end"><Money amount={paid} currency={currency} plain /></Table.Td>
              <Table.Td ta="end"><Money amount={share} currency={currency} plain /></Table.Td>
              <Table.Td ta="end">
                <Button variant="subtle" size="compact-sm" aria-label={say('explainPerson', { name, currency })} onClick={() => onExplain(person)}>
                  {say('explain')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrollTable>
    </Paper>
  );
}

/** To the right of the middle: owed to them. To the left: they owe. `part` is from -1 to 1. */
const NetBar = ({ part }: { part: number }) => (
  <div className={classes.bar}>
    {part !== 0 && (
      <div className={classes.barFill} data-side={part > 0 ? 'owed' : 'owing'} style={{ width: `${Math.max(Math.abs(part) * 50, 1)}%` }} />
    )}
  </div>
);
