import { Anchor } from '@mantine/core';
import type { LedgerView } from '#contract/views.ts';
import { ownCurrencyFirst } from '#renderer/lib/balances.ts';
import { routeToHash } from '#renderer/lib/route.ts';
import { mayEnter } from '#renderer/lib/standing.ts';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './ledger.module.css';

/** More than these would push the entries off a small window; the rest are under Balances. */
const MOST_SHOWN = 3;

/** Where I stand in this ledger, currency by currency, each with a way to have it explained. */
export function BalanceStrip({ ledger }: { ledger: LedgerView }) {
  const say = useWords('ledger');
  const { me, balances } = ledger;
  if (!me) {
    if (!mayEnter(ledger)) return null;
    return (
      <p className={classes.balance}>
        <Anchor href={routeToHash({ page: 'ledger', ledger: ledger.id, tab: 'people' })}>{say('whoAreYou')}</Anchor>
      </p>
    );
  }
  if (balances.length === 0) return <p className={classes.balance} data-quiet>{say(ledger.entries === 0 ? 'noEntriesYet' : 'even')}</p>;
  const all = ownCurrencyFirst(ledger);
  const shown = all.length > MOST_SHOWN ? all.slice(0, MOST_SHOWN - 1) : all;
  return (
    <section className={classes.balance} aria-label={say('balance')}>
      {shown.map(({ currency, amount }) => (
        <span key={currency} className={classes.oneBalance}>
          <span>{say(amount < 0 ? 'youOwe' : ledger.template === 'tab' ? 'youHave' : 'youAreOwed')}</span>
          <Money amount={amount} currency={currency} signed size="title" />
          <Anchor
            size="sm" aria-label={say('explainLabel', { currency })}
            href={routeToHash({ page: 'ledger', ledger: ledger.id, tab: 'balances', filter: { person: me, currency } })}
          >
            {say('explain')}
          </Anchor>
        </span>
      ))}
      {shown.length < all.length && (
        <Anchor size="sm" href={routeToHash({ page: 'ledger', ledger: ledger.id, tab: 'balances' })}>{say('moreCurrencies', { count: all.length - shown.length })}</Anchor>
      )}
    </section>
  );
}
