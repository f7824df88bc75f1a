import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { CURRENCIES } from '#domain/money.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { selectsAll } from './select-all.ts';
import { useWords } from '#renderer/words/use-words.ts';

interface CurrencySelectProps extends Omit<SelectProps, 'data' | 'onChange' | 'value'> {
  value: string;
  onChange(currency: string): void;
  /** Shown first. */
  inUse?: readonly string[];
  /** The code alone in the closed field, where room is short. */
  short?: boolean;
}

/** Every currency of ISO 4217, found by code or by name. */
export function CurrencySelect({ value, onChange, inUse = [], short = false, ...rest }: CurrencySelectProps) {
  const format = useFormat();
  const say = useWords('ui');
  const { data, names } = useMemo(() => {
    const first = new Set(inUse);
    const codes = [...inUse, ...CURRENCIES.filter((code) => !first.has(code))];
    const names = new Map(codes.map((code) => [code, format.currencyName(code)]));
    return { data: codes.map((code) => ({ value: code, label: short ? code : `${code} · ${names.get(code)}` })), names };
  }, [inUse, format, short]);
  return (
    <Select
      searchable allowDeselect={false} maxDropdownHeight={280} selectFirstOptionOnChange nothingFoundMessage={say('noCurrency')}
      {...(short && { comboboxProps: { width: 260, position: 'bottom-end' } })}
      {...selectsAll} data={data} value={value} onChange={(code) => code && onChange(code)}
      filter={({ options, search, limit }) => {
        const wanted = search.trim().toLocaleLowerCase();
        return options.filter((option) => 'value' in option && `${option.value} ${names.get(String(option.value))}`.toLocaleLowerCase().includes(wanted)).slice(0, limit);
      }}
      renderOption={({ option }) => <span><strong>{option.value}</strong> {names.get(String(option.value))}</span>}
      {...rest}
    />
  );
}
