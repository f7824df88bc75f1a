import { Alert, Group, Radio, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import type { LedgerView } from '#contract/views.ts';
import { OFFERED_TEMPLATES } from '#domain/revision.ts';
import { CurrencySelect } from '#renderer/ui/currency-select.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { hasPersonTwice, isTemplate, NOBODY, type ImportTarget } from './import-target.ts';
import classes from './imports.module.css';
import { Section } from './section.tsx';

interface WhoIsWhoProps<Target extends ImportTarget> {
  target: Target;
  onChange(target: Target): void;
}

/** Each name of the file: a person of the ledger, or somebody new to it. */
export function WhoIsWho({ target, ledger, onChange }: WhoIsWhoProps<Extract<ImportTarget, { kind: 'existing' }>> & { ledger: LedgerView }) {
  const say = useWords('imports');
  const choices = [{ value: NOBODY, label: say('newPerson') }, ...ledger.persons.map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <Section title={say('peopleTitle')} lead={say('peopleLead')}>
      <div className={classes.matches}>
        {target.people.map(({ name, person }, index) => (
          <Select
            key={name}
            label={say('personFor', { name })}
            data={choices}
            value={person ?? NOBODY}
            allowDeselect={false}
            checkIconPosition="right"
            onChange={(value) => onChange({
              ...target,
              people: target.people.map((one, at) => (at === index ? { name, person: value === NOBODY ? null : value } : one)),
            })}
          />
        ))}
      </div>
      {hasPersonTwice(target) && <Alert color="brick" role="alert" mt="sm">{say('samePersonTwice')}</Alert>}
    </Section>
  );
}

/** What a new ledger made from a file is called and which of its people is me. */
export function NewLedger({ target, people, onChange }: WhoIsWhoProps<Extract<ImportTarget, { kind: 'new' }>> & { people: readonly string[] }) {
  const say = useWords('imports');
  const ledgerWords = useWords('ledger');
  return (
    <Section title={say('whoAmI')} lead={say('whoAmILead')}>
      <Radio.Group value={target.me} onChange={(me) => onChange({ ...target, me })} aria-label={say('whoAmI')}>
        <Group gap="xs">
          {people.map((name) => <Radio.Card key={name} value={name} className={classes.person}><Radio.Indicator /><Text span size="sm"><bdi>{name}</bdi></Text></Radio.Card>)}
          <Radio.Card value={NOBODY} className={classes.person}><Radio.Indicator /><Text span size="sm" c="dimmed">{say('noneOfThem')}</Text></Radio.Card>
        </Group>
      </Radio.Group>
      <SimpleGrid cols={{ base: 1, sm: 3 }} mt="md">
        <TextInput label={say('ledgerName')} value={target.name} maxLength={80} onChange={(event) => onChange({ ...target, name: event.currentTarget.value })} />
        <Select
          label={say('template')} allowDeselect={false} checkIconPosition="right" value={target.template}
          data={OFFERED_TEMPLATES.map((value) => ({ value, label: ledgerWords(`template_${value}`) }))}
          onChange={(value) => isTemplate(value) && onChange({ ...target, template: value })}
        />
        <CurrencySelect label={say('ledgerCurrency')} value={target.currency} onChange={(currency) => onChange({ ...target, currency })} />
      </SimpleGrid>
    </Section>
  );
}
