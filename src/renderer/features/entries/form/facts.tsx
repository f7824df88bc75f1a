import { TextInput } from '@mantine/core';
import type { RefObject } from 'react';
import { parseAmount } from '#domain/amount.ts';
import { currencyDecimals } from '#domain/money.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { isReadAsTyped } from '#renderer/lib/read-as-typed.ts';
import { CurrencySelect } from '#renderer/ui/currency-select.tsx';
import { DateField } from '#renderer/ui/date-field.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { CategoryField } from './category-field.tsx';
import type { FormPart } from './form-part.ts';
import type { FormField } from './read-form.ts';
import classes from './form.module.css';

/** What it was, how much, when. */
export function Facts(part: FormPart & { descriptionRef: RefObject<HTMLInputElement | null> }) {
  const { ledger, form, reading, isTried, change, descriptionRef } = part;
  const say = useWords('entries');
  const format = useFormat();
  const errorText = useErrorText();
  const faultText = (field: FormField): string | undefined => {
    const fault = reading.faults[field];
    return isTried && fault ? errorText(fault) : undefined;
  };
  const decimals = currencyDecimals(form.currency);
  const parsed = parseAmount(form.amount, decimals);
  const isSpelledOut = parsed.ok && parsed.value >= 0 && !isReadAsTyped(form.amount, parsed.value, decimals);
  const amountError = () => {
    if (parsed.ok && parsed.value < 0) return say('amountNegative');
    if (!isTried) return undefined;
    return form.amount.trim() === '' ? say('amountMissing') : faultText('amount');
  };
  // What is typed is shown even while amounts are hidden elsewhere: one cannot type blind.
  const sum = isSpelledOut ? say('amountIs', { amount: format.moneyTyped(parsed.value, form.currency) }) : say('amountHint');
  return (
    <>
      <TextInput
        ref={descriptionRef} label={say('description')} placeholder={say('descriptionHint')} data-autofocus maxLength={200} autoComplete="off"
        value={form.description} onChange={(event) => change({ description: event.currentTarget.value })} error={faultText('description')}
      />
      <div className={classes.amountRow}>
        <TextInput
          label={say('amount')} description={sum} inputWrapperOrder={['label', 'input', 'description', 'error']} inputMode="text" autoComplete="off" maxLength={200}
          classNames={{ input: classes.amount }} value={form.amount} onChange={(event) => change({ amount: event.currentTarget.value })} error={amountError()}
        />
        <CurrencySelect label={say('currency')} short value={form.currency} onChange={(currency) => change({ currency })} inUse={ledger.currencies} />
      </div>
      <div className={classes.pair}>
        <DateField label={say('date')} text={form.date} onChange={(date) => change({ date })} error={faultText('date')} />
        <CategoryField {...part} />
      </div>
    </>
  );
}
