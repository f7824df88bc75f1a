import { Group, SegmentedControl, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { parseDateWords, today } from '#renderer/lib/date-words.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { DateField } from '#renderer/ui/date-field.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { RANGES, type DateRange, type RangeName } from './range.ts';

interface RangeBarProps {
  range: RangeName;
  onRange(range: RangeName): void;
  custom: DateRange;
  onCustom(range: DateRange): void;
  currency: string;
  currencies: readonly string[];
  onCurrency(currency: string): void;
}

/** Which time and which currency the charts show. */
export function RangeBar({ range, onRange, custom, onCustom, currency, currencies, onCurrency }: RangeBarProps) {
  const say = useWords('charts');
  const format = useFormat();
  const [typed, setTyped] = useState(custom);
  const type = (name: keyof DateRange, text: string): void => {
    setTyped({ ...typed, [name]: text });
    const date = parseDateWords(text, today());
    if (date) onCustom({ ...custom, [name]: date });
  };
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <SegmentedControl
          aria-label={say('range')}
          size="sm"
          value={range}
          onChange={onRange}
          data={RANGES.map((value) => ({ value, label: say(value) }))}
        />
        {currencies.length > 1 && (
          <Select
            aria-label={say('currency')}
            size="sm"
            w={220}
            allowDeselect={false}
            checkIconPosition="right"
            value={currency}
            onChange={(value) => value && onCurrency(value)}
            data={currencies.map((value) => ({ value, label: `${value} · ${format.currencyName(value)}` }))}
          />
        )}
      </Group>
      {range === 'custom' && (
        <Group gap="sm" align="flex-start">
          <DateField label={say('from')} text={typed.from} onChange={(text) => type('from', text)} />
          <DateField label={say('to')} text={typed.to} onChange={(text) => type('to', text)} error={custom.to < custom.from ? say('rangeBackwards') : undefined} />
        </Group>
      )}
    </Stack>
  );
}
