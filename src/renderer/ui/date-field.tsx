import { ActionIcon, Popover, TextInput } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { IconCalendar } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { LocalDate } from '#domain/date.ts';
import { addDays, parseDateWords, today } from '#renderer/lib/date-words.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';

interface DateFieldProps {
  label: string;
  /** The text as typed. */
  text: string;
  onChange(text: string): void;
  error?: ReactNode;
  /** An empty field is no mistake. */
  optional?: boolean;
  /** A Popover inside another must stay in it. */
  withinPortal?: boolean;
}

/** A date, typed in any of the ways people write one, or picked. What was typed stays as it is; below stands how it is read. */
export function DateField({ label, text, onChange, error, optional = false, withinPortal = true }: DateFieldProps) {
  const say = useWords('ui');
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const date: LocalDate | undefined = parseDateWords(text, today());
  const isWrong = date === undefined && !(optional && text.trim() === '');
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus withinPortal={withinPortal} withRoles={false}>
      <Popover.Target>
        <TextInput
          label={label} value={text} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value)}
          description={date ? format.date(date, date.startsWith(today().slice(0, 4)) ? 'weekday' : 'weekdayYear') : undefined} inputWrapperOrder={['label', 'input', 'description', 'error']}
          error={error ?? (isWrong && text.trim() !== '' ? say('noSuchDate') : undefined)}
          onFocus={(event) => event.currentTarget.select()}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing || !date || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
            event.preventDefault();
            onChange(addDays(date, event.key === 'ArrowUp' ? 1 : -1));
          }}
          rightSection={
            <ActionIcon variant="subtle" color="gray" aria-label={say('pickDate', { label })} aria-haspopup="dialog" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              <IconCalendar size={16} aria-hidden />
            </ActionIcon>
          }
        />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={label}>
        <DatePicker
          value={date ?? null} defaultDate={date ?? today()}
          onChange={(picked) => {
            if (picked) onChange(picked);
            setOpen(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
