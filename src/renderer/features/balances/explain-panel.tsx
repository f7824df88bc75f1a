import { Drawer, Group, Loader, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ExplanationView, LedgerView } from '#contract/views.ts';
import type { PersonId } from '#domain/ids.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './balances.module.css';
import { ExplainLines, PAGE } from './explain-lines.tsx';

interface ExplainPanelProps {
  ledger: LedgerView;
  /** Null: closed. */
  subject: { person: PersonId; currency: string } | null;
  onClose(): void;
}

/** Walks every cent of somebody's balance back to the entries that made it. */
export function ExplainPanel({ ledger, subject, onClose }: ExplainPanelProps) {
  const say = useWords('balances');
  const ui = useWords('ui');
  const person = ledger.persons.find(({ id }) => id === subject?.person);
  return (
    <Drawer
      opened={subject !== null}
      onClose={onClose}
      position="right"
      size="min(960px, 100vw)"
      title={person && (person.me ? say('explainTitleMe') : say('explainTitle', { name: person.name }))}
      closeButtonProps={{ 'aria-label': ui('close') }}
      styles={{ content: { display: 'flex', flexDirection: 'column' }, body: { flex: 1, minHeight: 0, overflowY: 'auto', display: 'flex' } }}
    >
      {subject && person && (
        <Explanation key={`${subject.person} ${subject.currency}`} ledger={ledger} subject={subject} name={person.name} me={person.me} />
      )}
    </Drawer>
  );
}

function Explanation({ ledger, subject, name, me }: { ledger: LedgerView; subject: { person: PersonId; currency: string }; name: string; me: boolean }) {
  const say = useWords('balances');
  const format = useFormat();
  const [currency, setCurrency] = useState(subject.currency);
  const { view, error } = useWatch('balances.explain', { ledger: ledger.id, person: subject.person, currency, offset: 0, limit: PAGE });
  return (
    <Stack gap="md" className={classes.explanation}>
      <Group justify="space-between">
        {view ? <Money amount={view.net} currency={currency} size="headline" signed words={me ? 'me' : 'person'} /> : <Loader size="sm" />}
        {ledger.currencies.length > 1 && (
          <SegmentedControl
            size="xs" aria-label={say('explainCurrency')} data={ledger.currencies} value={currency} onChange={setCurrency}
          />
        )}
      </Group>
      <FailureNotice error={error} />
      {view && view.total === 0 && <Text c="dimmed">{say('nothingToExplain', { currency: format.currencyName(currency) })}</Text>}
      {view && view.total > 0 && (
        <>
          <Parts view={view} />
          <Text size="sm" c="dimmed">
            {view.rounding === 0 ? say('roundingNone') : say('rounding', { name, amount: format.money(view.rounding, currency, { signed: true }) })}
          </Text>
          <Title order={3} size="h4">{say('lines', { count: view.total })}</Title>
          <ExplainLines key={currency} ledger={ledger} person={subject.person} currency={currency} total={view.total} label={say('lines', { count: view.total })} />
          <Text size="sm" fw={600}>{say('lastRunning', { amount: format.money(view.net, currency, { signed: true }) })}</Text>
        </>
      )}
    </Stack>
  );
}

/** What each kind of entry contributed; the last line is the balance. */
function Parts({ view }: { view: ExplanationView }) {
  const say = useWords('balances');
  const format = useFormat();
  return (
    <Table verticalSpacing={4} maw={480} aria-label={say('byKind')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{say('kind')}</Table.Th>
          <Table.Th scope="col" ta="end">{say('entries')}</Table.Th>
          <Table.Th scope="col" ta="end">{say('effect')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {view.parts.map(({ kind, entries, effect }) => (
          <Table.Tr key={kind}>
            <Table.Th scope="row" fw={400}>{say(`kind_${kind}`)}</Table.Th>
            <Table.Td ta="end">{format.number(entries)}</Table.Td>
            <Table.Td ta="end"><Money amount={effect} currency={view.currency} signed /></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row">{say('sumIsNet')}</Table.Th>
          <Table.Td ta="end">{format.number(view.total)}</Table.Td>
          <Table.Th ta="end"><Money amount={view.net} currency={view.currency} signed /></Table.Th>
        </Table.Tr>
      </Table.Tfoot>
    </Table>
  );
}
