import { TextInput } from '@mantine/core';
import { parseAmount } from '#domain/amount.ts';
import { currencyDecimals } from '#domain/money.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { isReadAsTyped } from '#renderer/lib/read-as-typed.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';

/** Minor units of what was typed; undefined where it is no amount. */
export function readAmount(text: string, currency: string): number | undefined {
  const parsed = parseAmount(text, currencyDecimals(currency));
  return parsed.ok && parsed.value >= 0 ? parsed.value : undefined;
}

interface AmountFieldProps {
  label: string;
  currency: string;
  text: string;
  onChange(text: string): void;
}

/** An amount as people type it; sums are understood, and spelled out. */
export function AmountField({ label, currency, text, onChange }: AmountFieldProps) {
  const format = useFormat();
  const errorText = useErrorText();
  const decimals = currencyDecimals(currency);
  const parsed = parseAmount(text, decimals);
  const isSpelled = parsed.ok && !isReadAsTyped(text, parsed.value, decimals);
  return (
    <TextInput
      label={label} inputMode="decimal" autoComplete="off" data-autofocus value={text} rightSection={currency} rightSectionWidth={52}
      onFocus={(event) => event.currentTarget.select()} onChange={(event) => onChange(event.currentTarget.value)}
      description={isSpelled ? `= ${format.moneyTyped(parsed.value, currency)}` : undefined}
      error={text.trim() !== '' && (!parsed.ok ? errorText({ code: parsed.code }) : parsed.value < 0 && errorText({ code: 'amount_invalid' }))}
    />
  );
}
