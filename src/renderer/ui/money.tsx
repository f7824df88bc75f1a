import { useFormat, type MoneyParts } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './money.module.css';

interface FigureProps {
  parts: MoneyParts;
  /** What a screen reader hears in place of a masked amount. */
  hiddenWords: string;
  /** Which way a balance goes, for its hue; the sign and the words say it first. */
  direction?: 'owed' | 'owing' | undefined;
}

/** The figures of an amount. Asks nothing of its surroundings, so that a list can draw hundreds of them. */
export function Figure({ parts, hiddenWords, direction }: FigureProps) {
  const { sign, symbol, symbolFirst, number, hidden } = parts;
  if (hidden) return <span className={classes.figure}><span aria-hidden>{number}</span><span className={classes.heard}>{hiddenWords}</span></span>;
  const mark = symbol && <span className={classes.symbol} data-word={/\p{L}$/u.test(symbol) || undefined}>{symbol}</span>;
  return <span className={classes.figure} data-direction={direction}>{sign}{symbolFirst && mark}{number}{!symbolFirst && mark}</span>;
}

/** The hue a balance is shown in; none for zero. */
export const directionOf = (amount: number): 'owed' | 'owing' | undefined => (amount === 0 ? undefined : amount > 0 ? 'owed' : 'owing');

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
  const direction = words === 'none' ? undefined : amount === 0 ? say('settledUp') : say(WORDS[words][amount > 0 ? 'above' : 'below']);
  return (
    <span className={classes.money} data-size={size}>
      {direction && <span className={classes.direction}>{direction}</span>}
      <Figure parts={format.moneyParts(amount, currency, { signed, plain })} hiddenWords={say('amountHidden')} direction={signed ? directionOf(amount) : undefined} />
    </span>
  );
}
