import type { Transfer } from './effects.ts';
import type { PersonId } from './ids.ts';

/** A person's balance in minor units: positive is owed to them. */
export interface Net {
  person: PersonId;
  net: number;
}

/** People up to which the exact search is fast (2^16 subsets). */
export const EXACT_LIMIT = 16;

/** For every subset of the nets (bit i = net i): its sum, and into how many zero-sum groups it can be divided at most. */
function searchSubsets(nets: readonly Net[]): { sums: Float64Array; groups: Uint8Array } {
  const sums = new Float64Array(2 ** nets.length);
  const groups = new Uint8Array(sums.length);
  for (let mask = 1; mask < sums.length; mask += 1) {
    const lowest = 31 - Math.clz32(mask & -mask);
    const sum = (sums[mask & (mask - 1)] ?? 0) + (nets[lowest]?.net ?? 0);
    sums[mask] = sum;
    let most = 0;
    // The last member to join a division: without them, all their group's other members stand ungrouped.
    for (let rest = mask; rest !== 0; rest &= rest - 1) most = Math.max(most, groups[mask ^ (rest & -rest)] ?? 0);
    groups[mask] = most + Number(sum === 0);
  }
  return { sums, groups };
}

/** The first debtor and creditor, by person, who stand in one group of some division into the most zero-sum groups. */
function firstPair(nets: readonly Net[]): { debtor: number; creditor: number } {
  const { sums, groups } = searchSubsets(nets);
  const full = groups.length - 1;
  const partners = new Uint32Array(nets.length);
  for (let mask = 1; mask <= full; mask += 1) {
    if (sums[mask] !== 0 || 1 + (groups[full ^ mask] ?? 0) !== groups[full]) continue;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const member = 31 - Math.clz32(rest & -rest);
      partners[member] = (partners[member] ?? 0) | mask;
    }
  }
  const debtor = nets.findIndex(({ net }) => net < 0);
  const creditor = nets.findIndex(({ net }, index) => net > 0 && ((partners[debtor] ?? 0) & (1 << index)) !== 0);
  return { debtor, creditor };
}

/**
 * The fewest transfers that bring all nets to zero, exactly; for at most `EXACT_LIMIT` nets, none of them zero, that
 * sum to zero. `people - groups` transfers are needed, with the most zero-sum groups people can be divided into: k
 * people of a group need k - 1, and any plan's connected parts are such groups.
 *
 * Of all plans that are fewest it gives the one that is first by (debtor, creditor, larger amount). That choice does not
 * depend on the order of the nets, and survives its own execution: after one transfer is booked, the plan for what is
 * left is the rest of this plan, for a better one would have made a better plan together with the booked transfer.
 */
export function planExactly(nets: readonly Net[]): Transfer[] {
  let open = nets.toSorted((a, b) => (a.person < b.person ? -1 : 1));
  const transfers: Transfer[] = [];
  while (open.length > 0) {
    const { debtor, creditor } = firstPair(open);
    const [from, to] = [open[debtor], open[creditor]];
    if (!from || !to) throw new Error('Nets to settle must sum to zero');
    const amount = Math.min(-from.net, to.net);
    transfers.push({ from: from.person, to: to.person, amount });
    open = open
      .map(({ person, net }) => ({ person, net: person === from.person ? net + amount : person === to.person ? net - amount : net }))
      .filter(({ net }) => net !== 0);
  }
  return transfers;
}
