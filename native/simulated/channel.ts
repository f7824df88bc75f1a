/** A card without a reader around it, for tests of what is said to a card. */
import { achieved, failed } from '#native/outcome.ts';
import type { CardChannel } from '#native/reader.ts';
import type { SimulatedCard } from './card.ts';

/** Holds the card to a reader until it is torn away. */
export function holdCard(card: SimulatedCard): CardChannel {
  const left = new AbortController();
  card.powerOn();
  return {
    reader: { id: 'simulated:hand', name: 'Hand', kind: 'simulated' },
    left: left.signal,
    transmit(command, signal) {
      if (signal?.aborted) return Promise.resolve(failed('cancelled'));
      const answer = left.signal.aborted ? undefined : card.answer(command);
      if (answer) return Promise.resolve(achieved(answer));
      left.abort();
      return Promise.resolve(failed('card_left'));
    },
  };
}
