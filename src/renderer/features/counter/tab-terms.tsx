import { Radio, Stack } from '@mantine/core';
import { formatMinor } from '#domain/amount.ts';
import { currencyDecimals } from '#domain/money.ts';
import { TAB_KINDS, type TabKind } from '#domain/shop.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { AmountField, readAmount } from './amount-field.tsx';

export interface Terms {
  kind: TabKind;
  /** As typed. */
  limit: string;
}

export const termsOf = (kind: TabKind, limit: number, currency: string): Terms => ({ kind, limit: formatMinor(limit, currencyDecimals(currency)) });

/** Kind and limit in minor units; undefined where the limit is none. A prepaid tab has none to type. */
export function readTerms({ kind, limit }: Terms, currency: string): { kind: TabKind; limit: number } | undefined {
  const amount = kind === 'prepaid' ? 0 : readAmount(limit, currency);
  return amount === undefined ? undefined : { kind, limit: amount };
}

export function TermsFields({ terms, currency, onChange }: { terms: Terms; currency: string; onChange(terms: Terms): void }) {
  const say = useWords('counter');
  return (
    <>
      <Radio.Group label={say('kind')} value={terms.kind} onChange={(value) => onChange({ ...terms, kind: value as TabKind })}>
        <Stack gap="xs" mt={4}>
          {TAB_KINDS.map((kind) => <Radio key={kind} value={kind} label={say(`kind_${kind}`)} description={say(`kind_${kind}Text`)} />)}
        </Stack>
      </Radio.Group>
      {terms.kind === 'credit' && <AmountField label={say('limit')} currency={currency} text={terms.limit} onChange={(limit) => onChange({ ...terms, limit })} />}
    </>
  );
}
