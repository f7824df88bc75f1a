import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ImportPreviewView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './imports.module.css';
import { Section } from './section.tsx';

/** What the file holds, in figures. */
export function Found({ preview, name }: { preview: ImportPreviewView; name: string }) {
  const say = useWords('imports');
  const format = useFormat();
  const { fresh, known, knownVoid, settlements, people, currencies, from, to, severalPayers, encoding } = preview;
  return (
    <Section title={say('found', { name })}>
      <dl className={classes.facts}>
        <Fact label={say('foundNew')} strong>{format.number(fresh)}</Fact>
        {known > 0 && <Fact label={say('foundKnown')}>{format.number(known)}</Fact>}
        <Fact label={say('foundSettlements')}>{format.number(settlements)}</Fact>
        <Fact label={say('foundPeople')}>{format.number(people.length)}</Fact>
        <Fact label={say('foundCurrencies')}>{format.list(currencies)}</Fact>
        {from && to && <Fact label={say('foundTime')}>{say('foundRange', { from: format.date(from, 'short'), to: format.date(to, 'short') })}</Fact>}
        <Fact label={say('encoding')}>{encoding}</Fact>
      </dl>
      {fresh > 0 && known > 0 && <Text size="sm" mt="sm">{say('someKnown', { count: known })}</Text>}
      {fresh === 0 && <Text size="sm" mt="sm" fw={600} role="status">{say('nothingNew')}</Text>}
      {knownVoid > 0 && <Text size="sm" mt="sm">{say(knownVoid === known ? 'allKnownVoid' : 'someKnownVoid', { known, count: knownVoid })}</Text>}
      {severalPayers > 0 && <Text size="sm" c="dimmed" mt="sm">{say('severalPayers', { count: severalPayers })}</Text>}
    </Section>
  );
}

function Fact({ label, strong, children }: { label: string; strong?: boolean; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-strong={strong || undefined}>{children}</dd>
    </div>
  );
}
