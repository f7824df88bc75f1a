import { Button, Paper, Text } from '@mantine/core';
import type { CardView } from '#contract/counter-views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './counter.module.css';

/** The cards of one tab, each with what was done to it last; blocking counts at once. */
export function TabCards({ shop, tab }: { shop: string; tab: string }) {
  const say = useWords('counter');
  const { view, error } = useWatch('cards.list', { shop });
  const cards = view?.filter((card) => card.tab === tab) ?? [];
  return (
    <section aria-label={say('cardList')}>
      <h3>{say('cardList')}</h3>
      <FailureNotice error={error} />
      {cards.length === 0 ? <Text c="dimmed">{say('noCards')}</Text> : <Paper withBorder><ul className={classes.list}>{cards.map((card) => <Line key={card.card} shop={shop} card={card} />)}</ul></Paper>}
    </section>
  );
}

function Line({ shop, card: { card, uid, state, history } }: { shop: string; card: CardView }) {
  const say = useWords('counter');
  const format = useFormat();
  const block = useCall('cards.block');
  const last = history.at(-1);
  return (
    <li className={classes.row}>
      <span className={classes.who}>
        <span className={classes.name}>{say('cardNumber', { number: uid })}</span>
        <span className={classes.faint}>{[say(`card_${state}`), ...(last ? [format.dateTime(last.at), last.device] : [])].join(' · ')}</span>
      </span>
      {state !== 'pending' && (
        <Button variant="default" size="compact-md" loading={block.busy} onClick={() => void block.run({ shop, card, blocked: state === 'active' })}>
          {say(state === 'active' ? 'block' : 'unblock')}
        </Button>
      )}
      <FailureNotice error={block.error} onClose={block.clear} />
    </li>
  );
}
