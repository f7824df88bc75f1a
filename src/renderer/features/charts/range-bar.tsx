import { Group, SegmentedControl, Select, TextInput } from '@mantine/core';
import { isLocalDate } from '#domain/date.ts';
import { useFormat } from '#renderer/lib/format.ts';
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
  const dateField = (name: keyof DateRange) => (
    <TextInput
      type="date"
      size="sm"
      aria-label={say(name)}
      value={custom[name]}
      onChange={({ currentTarget: { value } }) => isLocalDate(value) && onCustom({ ...custom, [name]: value })}
      error={name === 'to' && custom.to < custom.from ? say('rangeBackwards') : undefined}
    />
  );
  return (
    <Group gap="sm" align="flex-start">
      <SegmentedControl
        aria-label={say('range')}
        size="sm"
        value={range}
        onChange={onRange}
        data={RANGES.map((value) => ({ value, label: say(value) }))}
      />
      {range === 'custom' && (
        <Group gap="xs" align="flex-start">
          {dateField('from')}
          <span aria-hidden>–</span>
          {dateField('to')}
        </Group>
      )}
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
  );
}
