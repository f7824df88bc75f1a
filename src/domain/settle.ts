import type { Transfer } from './effects.ts';
import type { PersonId } from './ids.ts';
import { EXACT_LIMIT, planExactly, type Net } from './settle-exact.ts';

export type { Net } from './settle-exact.ts';

export interface SettlementPlan {
  /** Sorted by debtor, then creditor. Nobody pays themselves, and nobody both pays and receives. */
  transfers: Transfer[];
  /** Proved: no plan has fewer transfers. Always so for up to 16 people with a balance. */
  minimal: boolean;
  /** No plan has fewer transfers than this. */
  atLeast: number;
}

const byPerson = (a: { person: PersonId }, b: { person: PersonId }): number => (a.person < b.person ? -1 : 1);
const without = (nets: readonly Net[], taken: readonly Net[]): Net[] => nets.filter((net) => !taken.includes(net));

/** Two nets that cancel each other out, or undefined. Nets are distinct by person. */
function findPair(nets: readonly Net[]): Net[] | undefined {
  const byNet = new Map<number, Net>();
  for (const net of nets) {
    const other = byNet.get(-net.net);
    if (other) return [other, net];
    if (!byNet.has(net.net)) byNet.set(net.net, net);
  }
  return undefined;
}

/** Three nets that sum to zero, or undefined. */
function findTriple(nets: readonly Net[]): Net[] | undefined {
  const byNet = new Map(nets.toReversed().map((net) => [net.net, net]));
  for (const [index, first] of nets.entries()) {
    for (const second of nets.slice(index + 1)) {
      const third = byNet.get(-first.net - second.net);
      if (third && third !== first && third !== second) return [first, second, third];
    }
  }
  return undefined;
}

/** Four nets that sum to zero, or undefined. Two pairs without a common person, found by the sums of all pairs. */
function findQuadruple(nets: readonly Net[]): Net[] | undefined {
  const bySum = new Map<number, [Net, Net][]>();
  for (const [index, first] of nets.entries()) {
    for (const second of nets.slice(index + 1)) {
      const opposite = bySum.get(-first.net - second.net)?.find((pair) => !pair.includes(first) && !pair.includes(second));
      if (opposite) return [...opposite, first, second];
      const same = bySum.get(first.net + second.net);
      if (same) same.push([first, second]);
      else bySum.set(first.net + second.net, [[first, second]]);
    }
  }
  return undefined;
}

function takeGroups(nets: readonly Net[], find: (nets: readonly Net[]) => Net[] | undefined): { groups: Net[][]; rest: Net[] } {
  const groups: Net[][] = [];
  let rest = [...nets];
  for (let group = find(rest); group; group = find(rest)) {
    groups.push(group);
    rest = without(rest, group);
  }
  return { groups, rest };
}

/** Largest debt to largest credit until nothing is left: at most one transfer fewer than people. */
function planGreedily(nets: readonly Net[]): Transfer[] {
  const open = new Map(nets.toSorted(byPerson).map(({ person, net }) => [person, net]));
  const transfers: Transfer[] = [];
  while (open.size > 0) {
    const sorted = [...open].toSorted((a, b) => a[1] - b[1]);
    const [debtor, creditor] = [sorted[0], sorted.at(-1)];
    if (!debtor || !creditor || debtor[1] >= 0 || creditor[1] <= 0) throw new Error('Nets to settle must sum to zero');
    const amount = Math.min(-debtor[1], creditor[1]);
    transfers.push({ from: debtor[0], to: creditor[0], amount });
    for (const [person, net] of [[debtor[0], debtor[1] + amount], [creditor[0], creditor[1] - amount]] as const) {
      if (net === 0) open.delete(person);
      else open.set(person, net);
    }
  }
  return transfers;
}

/**
 * A plan for more people than can be searched exactly. Pairs that cancel out belong to some best plan (a group that
 * each of them stands in could give them up and stay as many groups). Then triples and quadruples as they are found;
 * what is left is searched if it is small enough by then, else settled greedily.
 */
function planMany(nets: readonly Net[]): SettlementPlan {
  const pairs = takeGroups(nets, findPair);
  const { rest: unpaired } = pairs;
  const triples = unpaired.length > EXACT_LIMIT ? takeGroups(unpaired, findTriple) : { groups: [], rest: unpaired };
  const quadruples = triples.rest.length > EXACT_LIMIT ? takeGroups(triples.rest, findQuadruple) : { groups: [], rest: triples.rest };
  const { rest } = quadruples;
  const transfers = [
    ...[...pairs.groups, ...triples.groups, ...quadruples.groups].flatMap((group) => planExactly(group)),
    ...(rest.length > EXACT_LIMIT ? planGreedily(rest) : planExactly(rest)),
  ];
  if (unpaired.length <= EXACT_LIMIT) return { transfers, minimal: true, atLeast: transfers.length };
  // No group of the unpaired is smaller than the smallest kind not ruled out, and each has a debtor and a creditor.
  const smallest = findTriple(unpaired) ? 3 : findQuadruple(unpaired) ? 4 : 5;
  const creditors = unpaired.filter(({ net }) => net > 0).length;
  const groups = Math.min(Math.floor(unpaired.length / smallest), creditors, unpaired.length - creditors);
  const atLeast = pairs.groups.length + unpaired.length - groups;
  return { transfers, minimal: transfers.length === atLeast, atLeast };
}

/**
 * Who pays whom so that everybody comes to zero, in provably the fewest transfers for up to 16 people with a balance.
 * Nets are in minor units of one currency and sum to zero. The order of people changes nothing; booking one of the
 * transfers leaves the others valid, and up to 16 people exactly as they were.
 */
export function planSettlement(nets: readonly Net[]): SettlementPlan {
  const open = nets.filter(({ net }) => net !== 0).toSorted(byPerson);
  if (open.some(({ net }) => !Number.isSafeInteger(net)) || open.reduce((sum, { net }) => sum + net, 0) !== 0) {
    throw new Error('Nets to settle must be integers that sum to zero');
  }
  const exact = open.length <= EXACT_LIMIT;
  const plan = exact ? { transfers: planExactly(open), minimal: true } : planMany(open);
  const transfers = plan.transfers.toSorted((a, b) => (a.from === b.from ? (a.to < b.to ? -1 : 1) : a.from < b.from ? -1 : 1));
  return { transfers, minimal: plan.minimal, atLeast: 'atLeast' in plan ? plan.atLeast : transfers.length };
}
