import { apportion, compareByLot } from './apportion.ts';
import type { EntryBody } from './entry.ts';
import type { EntryId, PersonId } from './ids.ts';
import { computeShares } from './split.ts';

/** One person's part in an entry, in minor units of its currency. */
export interface Effect {
  person: PersonId;
  /** What they paid, or received for income and refunds. */
  paid: number;
  /** What of the amount was theirs. */
  share: number;
  /** What it does to their balance; over all people it sums to zero. Positive: the others owe them more. */
  effect: number;
}

/** One person owes another an amount in minor units, or is to pay it. */
export interface Transfer {
  from: PersonId;
  to: PersonId;
  amount: number;
}

/** What an entry does to each person in it, in the order payers, then shares. A void entry does nothing. */
export function entryEffects(body: EntryBody): Effect[] {
  if (body.state === 'void') return [];
  const effects = new Map<PersonId, Effect>();
  const effectOf = (person: PersonId): Effect => {
    const effect = effects.get(person) ?? { person, paid: 0, share: 0, effect: 0 };
    effects.set(person, effect);
    return effect;
  };
  for (const { person, amount } of body.payers) effectOf(person).paid += amount;
  for (const { person, amount } of body.shares) effectOf(person).share += amount;
  // Who received income or a refund holds money that belongs to those who share it.
  const isReceived = body.kind === 'income' || body.kind === 'refund';
  for (const effect of effects.values()) effect.effect = isReceived ? effect.share - effect.paid : effect.paid - effect.share;
  return [...effects.values()];
}

/**
 * The odd units in the shares of an entry: who bears them and how many (1 each). Empty where the shares were given
 * exactly, or were rounded by another rule than ours: then nobody can say which unit is the odd one.
 */
export function oddUnits(body: EntryBody, entry: EntryId): { person: PersonId; units: number }[] {
  if (body.state === 'void') return [];
  const computed = computeShares({ amount: body.amount, split: body.split, seed: entry });
  if (!computed.ok) return [];
  const stored = new Map(body.shares.map(({ person, amount }) => [person, amount]));
  return computed.value.shares.every(({ person, amount }) => stored.get(person) === amount) ? computed.value.odd : [];
}

/**
 * Who owes whom because of one entry: each of its debtors owes its creditors in proportion to what they are owed. Per
 * debtor and per creditor the sums are exact; odd units fall by lot of the entry's id, whatever the order of people.
 */
export function entryDebts(body: EntryBody, entry: EntryId): Transfer[] {
  const effects = entryEffects(body);
  const byLot = compareByLot(entry);
  const inOrder = effects.toSorted((a, b) => byLot(a.person, b.person));
  const open = new Map(inOrder.filter(({ effect }) => effect > 0).map(({ person, effect }) => [person, effect]));
  return inOrder
    .filter(({ effect }) => effect < 0)
    .flatMap(({ person: from, effect }) => {
      // In proportion to what is still open: nobody is given more than that, and the last debtor's part fits exactly.
      const weights = [...open].map(([person, amount]) => ({ person, weight: BigInt(amount) }));
      return apportion(-effect, weights, `${entry}/${from}`).map(({ person: to, floor, odd }) => {
        open.set(to, (open.get(to) ?? 0) - floor - odd);
        return { from, to, amount: floor + odd };
      });
    })
    .filter(({ amount }) => amount > 0);
}

/**
 * Debts of many entries in one currency, netted pair by pair: at most one per pair, none of zero, nothing moved over a
 * third person. Sorted by debtor, then creditor. Sums may be added in any order, so a caller can keep them by pair.
 */
export function pairwiseDebts(debts: Iterable<Transfer>): Transfer[] {
  const pairs = new Map<string, Transfer>();
  for (const { from, to, amount } of debts) {
    const [first, second] = from < to ? [from, to] : [to, from];
    const key = `${first}/${second}`;
    const pair = pairs.get(key) ?? { from: first, to: second, amount: 0 };
    pair.amount += from === first ? amount : -amount;
    pairs.set(key, pair);
  }
  return [...pairs.values()]
    .filter(({ amount }) => amount !== 0)
    .map(({ from, to, amount }) => (amount > 0 ? { from, to, amount } : { from: to, to: from, amount: -amount }))
    .toSorted((a, b) => (a.from === b.from ? (a.to < b.to ? -1 : 1) : a.from < b.from ? -1 : 1));
}
