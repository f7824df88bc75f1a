import { VisuallyHidden } from '@mantine/core';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './money.module.css';

interface MoneyProps {
  /** Minor units. */
  amount: number;
  currency: string;
  /** A balance: plus or minus, and words for which way it goes. */
  signed?: boolean;
  /** Whose balance the words speak of; `none` leaves the words out where a heading says it. */
  words?: 'me' | 'person' | 'none';
  /** Large for the one figure a screen is about. */
  size?: 'row' | 'title' | 'headline';
  /** Without the currency, where a column or a heading names it. */
  plain?: boolean;
}

const WORDS = {
  me: { above: 'owedToYou', below: 'youOwe' },
  person: { above: 'owedToPerson', below: 'personOwes' },
} as const;

/** An amount with figures of equal width; the currency stands back behind the number. */
export function Money({ amount, currency, signed = false, words = 'none', size = 'row', plain = false }: MoneyProps) {
  const format = useFormat();
  const say = useWords('ui');
  const parts = format.moneyParts(amount, currency, { signed, plain });
  const symbol = parts.symbol && <span className={classes.symbol} data-word={/\p{L}$/u.test(parts.symbol) || undefined}>{parts.symbol}</span>;
  const direction = words === 'none' ? undefined : amount === 0 ? say('settledUp') : say(WORDS[words][amount > 0 ? 'above' : 'below']);
  return (
    <span className={classes.money} data-size={size} data-direction={signed && !parts.hidden && amount !== 0 ? (amount > 0 ? 'owed' : 'owing') : undefined}>
      {direction && <span className={classes.direction}>{direction}</span>}
      <span className={classes.figure}>
        {parts.hidden ? (
          <>
            <span aria-hidden>{parts.number}</span>
            <VisuallyHidden>{say('amountHidden')}</VisuallyHidden>
          </>
        ) : (
          <>
            {parts.sign}
            {parts.symbolFirst && symbol}
            {parts.number}
            {!parts.symbolFirst && symbol}
          </>
        )}
      </span>
    </span>
  );
}
