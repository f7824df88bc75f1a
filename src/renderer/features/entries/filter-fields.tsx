import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { EntryFilter } from '#contract/api.ts';
import type { LedgerView } from '#contract/views.ts';
import { ENTRY_KINDS } from '#domain/entry.ts';
import { parseDateWords, today } from '#renderer/lib/date-words.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { DateField } from '#renderer/ui/date-field.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { changeFilter } from './change-filter.ts';
import classes from './entries.module.css';

const ONLY = ['active', 'void', 'conflict', 'waiting'] as const;

interface FilterFieldsProps {
  ledger: LedgerView;
  filter: EntryFilter | undefined;
  onChange(filter: EntryFilter | undefined): void;
}

export function FilterFields({ ledger, filter, onChange }: FilterFieldsProps) {
  const say = useWords('entries');
  const categoryName = useCategoryName();
  const [from, setFrom] = useState(filter?.from ?? '');
  const [to, setTo] = useState(filter?.to ?? '');
  const set = (name: keyof EntryFilter) => (value: string | null) => onChange(changeFilter(filter, { [name]: value ?? undefined }));
  const setDate = (name: 'from' | 'to', keep: (text: string) => void) => (text: string) => {
    keep(text);
    const date = parseDateWords(text, today());
    if (date || text.trim() === '') onChange(changeFilter(filter, { [name]: date }));
  };
  const choice = { clearable: true, placeholder: say('any'), comboboxProps: { withinPortal: false } };
  return (
    <div className={classes.fields}>
      <Select
        {...choice} label={say('filterCategory')} searchable data={ledger.categories.filter((one) => one !== '').map((value) => ({ value, label: categoryName(value) }))}
        value={filter?.category ?? null} onChange={set('category')}
      />
      <Select
        {...choice} label={say('filterPerson')} searchable data={ledger.persons.map((person) => ({ value: person.id, label: person.name }))}
        value={filter?.person ?? null} onChange={set('person')}
      />
      <Select {...choice} label={say('filterKind')} data={ENTRY_KINDS.map((value) => ({ value, label: say(`kind_${value}`) }))} value={filter?.kind ?? null} onChange={set('kind')} />
      <Select {...choice} label={say('filterCurrency')} searchable data={ledger.currencies} value={filter?.currency ?? null} onChange={set('currency')} />
      <DateField label={say('filterFrom')} text={from} onChange={setDate('from', setFrom)} optional withinPortal={false} />
      <DateField label={say('filterTo')} text={to} onChange={setDate('to', setTo)} optional withinPortal={false} />
      <Select {...choice} label={say('filterOnly')} data={ONLY.map((value) => ({ value, label: say(`only_${value}`) }))} value={filter?.only ?? null} onChange={set('only')} />
      <Button
        className={classes.clear} variant="subtle" disabled={!filter}
        onClick={() => {
          setFrom('');
          setTo('');
          onChange(undefined);
        }}
      >
        {say('clearFilters')}
      </Button>
    </div>
  );
}
