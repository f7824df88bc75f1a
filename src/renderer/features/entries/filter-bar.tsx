import { Button, Pill, Popover, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { EntryFilter } from '#contract/api.ts';
import type { LedgerView } from '#contract/views.ts';
import { CHORDS } from '#renderer/features/shell/shortcut-list.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useShortcut } from '#renderer/lib/shortcuts.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { Keys } from '#renderer/ui/keys.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { changeFilter } from './change-filter.ts';
import { FilterFields } from './filter-fields.tsx';
import classes from './entries.module.css';

/** Long enough that a fast typist makes one list and not six. */
const TYPING_PAUSE_MILLISECONDS = 120;

type Chosen = Exclude<keyof EntryFilter, 'text'>;

interface FilterBarProps {
  ledger: LedgerView;
  filter: EntryFilter | undefined;
  total: number | undefined;
  onChange(filter: EntryFilter | undefined): void;
}

/** What is filtered by: text in the field, everything else as a chip that can be taken away. */
export function FilterBar({ ledger, filter, total, onChange }: FilterBarProps) {
  const say = useWords('entries');
  const format = useFormat();
  const categoryName = useCategoryName();
  const field = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState(filter?.text ?? '');
  useShortcut(CHORDS.filter, () => field.current?.focus());

  // What was typed and what the address says are the same, except in the pause after a key.
  const latest = useRef({ filter, onChange });
  useEffect(() => {
    latest.current = { filter, onChange };
  });
  const shown = filter?.text ?? '';
  const lastShown = useRef(shown);
  useEffect(() => {
    if (lastShown.current !== shown) {
      lastShown.current = shown;
      setTyped((text) => (text.trim() === shown ? text : shown));
    }
  }, [shown]);
  useEffect(() => {
    const text = typed.trim();
    if (text === lastShown.current) return undefined;
    const timer = setTimeout(() => {
      lastShown.current = text;
      latest.current.onChange(changeFilter(latest.current.filter, { text }));
    }, TYPING_PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [typed]);

  const nameOf = (person: string) => ledger.persons.find((one) => one.id === person)?.name ?? '?';
  const chipWords: { [K in Chosen]: (value: NonNullable<EntryFilter[K]>) => string } = {
    category: categoryName,
    person: nameOf,
    kind: (kind) => say(`kind_${kind}`),
    currency: (currency) => currency,
    from: (date) => say('chipFrom', { date: format.date(date, 'short') }),
    to: (date) => say('chipTo', { date: format.date(date, 'short') }),
    only: (only) => say(`only_${only}`),
  };
  const wordsOf = <K extends Chosen>(name: K): string | undefined => {
    const value = filter?.[name];
    return value === undefined ? undefined : chipWords[name](value);
  };
  const chips = (['category', 'person', 'kind', 'currency', 'from', 'to', 'only'] as const).flatMap((name) => {
    const words = wordsOf(name);
    return words === undefined ? [] : [{ name, words }];
  });

  return (
    <search className={classes.bar}>
      <TextInput
        ref={field} className={classes.text} aria-label={say('filter')} placeholder={say('filterPlaceholder')} leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={typed === '' ? <Keys chord={CHORDS.filter} /> : null} maxLength={200} value={typed} onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.nativeEvent.isComposing || typed === '') return;
          event.stopPropagation();
          setTyped('');
        }}
      />
      <Popover opened={isOpen} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
        <Popover.Target>
          <Button variant="default" leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />} aria-haspopup="dialog" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {say('filters')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={say('filters')}>
          <FilterFields ledger={ledger} filter={filter} onChange={onChange} />
        </Popover.Dropdown>
      </Popover>
      <div className={classes.chips}>
        {chips.map(({ name, words }) => (
          <Pill
            key={name} size="md" withRemoveButton removeButtonProps={{ 'aria-label': say('removeFilter', { filter: words }), tabIndex: 0, 'aria-hidden': false }}
            onRemove={() => onChange(changeFilter(filter, { [name]: undefined }))}
          >
            {words}
          </Pill>
        ))}
      </div>
      {filter && total !== undefined && <span role="status" className={classes.found}>{say('found', { count: total })}</span>}
    </search>
  );
}
