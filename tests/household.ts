/** A household's money, made up but always the same for the same seed: for the demo, tests and benchmarks. */
import type { Input } from '#contract/api.ts';
import type { EntryDraft, Portion, Split, SplitMode } from '#domain/entry.ts';

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What people buy: category, names of it, the usual amount in euro cents, and how often beside the others. */
const HABITS: readonly { category: string; names: readonly string[]; cents: number; weight: number }[] = [
  { category: 'groceries', names: ['Market', 'Bakery', 'Supermarket', '菜市场', 'Vegetable box', 'Butcher'], cents: 3_450, weight: 34 },
  { category: 'dining', names: ['Dinner, corner place', 'Lunch', '火锅', 'Pizza', 'Coffee', 'Ramen', '早茶'], cents: 4_200, weight: 22 },
  { category: 'household', names: ['Washing powder', 'Light bulbs', 'Paint', 'Paper towels'], cents: 1_650, weight: 9 },
  { category: 'transport', names: ['Tram tickets', 'Petrol', 'Taxi home', '地铁', 'Bike repair'], cents: 1_280, weight: 12 },
  { category: 'entertainment', names: ['Cinema', 'Concert', 'Board game', 'Museum', '电影'], cents: 2_600, weight: 7 },
  { category: 'health', names: ['Pharmacy', 'Dentist', 'Plasters'], cents: 1_900, weight: 4 },
  { category: 'clothing', names: ['Rain jacket', 'Socks', 'Shoes'], cents: 5_900, weight: 3 },
  { category: 'gifts', names: ["Birthday, Chloé's mother", 'Flowers', '红包'], cents: 3_000, weight: 3 },
  { category: 'pets', names: ['Cat food', 'Vet'], cents: 2_350, weight: 4 },
  { category: 'general', names: ['Copies', 'Parcel', 'Keys cut'], cents: 990, weight: 2 },
];

/** Journeys of the year: from which of 360 days, for how long, in which currency, and its minor units for one euro cent. */
const JOURNEYS = [
  { start: 40, days: 9, currency: 'JPY', rate: 1.6, name: 'Kyoto' },
  { start: 150, days: 6, currency: 'GBP', rate: 0.86, name: 'Leeds' },
  { start: 210, days: 14, currency: 'CNY', rate: 7.8, name: '成都' },
  { start: 320, days: 4, currency: 'KWD', rate: 3.3, name: 'Kuwait City' },
] as const;

const MONTHLY = [
  { day: 1, category: 'rent', name: 'Rent', cents: 164_000 },
  { day: 3, category: 'utilities', name: 'Power and heat', cents: 13_870 },
  { day: 5, category: 'utilities', name: 'Internet', cents: 3_999 },
  { day: 12, category: 'insurance', name: 'Home insurance', cents: 2_450 },
] as const;

/** Those who pay less at the till send something every month, if they are there: from whom, to whom, by their place among the people. */
const SENDINGS = [
  { day: 26, from: 2, to: 0, cents: 80_000 },
  { day: 27, from: 3, to: 0, cents: 45_000 },
  { day: 28, from: 3, to: 1, cents: 30_000 },
] as const;

export interface HouseholdOptions {
  /** Everybody in the ledger; the first two pay most. At least two. */
  people: readonly string[];
  seed?: number;
  /** How many entries, spread evenly over the days. */
  entries?: number;
  /** Number of days, the last of them is `until` (`YYYY-MM-DD`). */
  days?: number;
  until?: string;
}

type Addition = Omit<Input<'entries.add'>, 'ledger'>;

/** Entries in order of their dates, ready for `entries.add`. */
export function createHousehold({ people, seed = 1, entries = 2_000, days = 365, until = '2026-11-20' }: HouseholdOptions): Addition[] {
  const random = createRandom(seed);
  const pick = <T>(values: readonly [T, ...T[]] | readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const nextId = () => Array.from({ length: 4 }, () => Math.floor(random() * 4_294_967_296).toString(16).padStart(8, '0')).join('');
  const lastDay = Date.parse(until);
  const habits = HABITS.flatMap((habit) => Array<typeof habit>(habit.weight).fill(habit));

  const choosePayers = (amount: number): Portion[] => {
    const first = pick(random() < 0.8 ? people.slice(0, 2) : people);
    const second = people.find((person) => person !== first);
    if (random() > 0.06 || !second || amount < 2) return [{ person: first, amount }];
    const part = 1 + Math.floor(random() * (amount - 1));
    return [{ person: first, amount: part }, { person: second, amount: amount - part }];
  };

  const chooseSplit = (amount: number): Split => {
    const among = random() < 0.75 ? people : people.slice(0, 2);
    const mode: SplitMode = random() < 0.8 ? 'equal' : pick(['exact', 'percent', 'shares', 'adjustment']);
    const each = Math.floor((mode === 'percent' ? 10_000 : amount) / among.length);
    const rest = (mode === 'percent' ? 10_000 : amount) - each * (among.length - 1);
    const values: Record<SplitMode, (index: number) => number> = {
      equal: () => 1,
      exact: (index) => (index === 0 ? rest : each),
      percent: (index) => (index === 0 ? rest : each),
      shares: () => 100 + 50 * Math.floor(random() * 4),
      adjustment: (index) => (index === 0 ? Math.floor(amount / 10) : 0),
    };
    return { mode, parts: among.map((person, index) => ({ person, value: values[mode](index) })) };
  };

  const createDraft = (index: number): EntryDraft => {
    const day = Math.floor((index * days) / entries);
    const date = new Date(lastDay - (days - 1 - day) * 86_400_000).toISOString().slice(0, 10);
    const firstOfDay = index === 0 || Math.floor(((index - 1) * days) / entries) !== day;
    const monthly = firstOfDay ? MONTHLY.find((one) => one.day === Number(date.slice(8))) : undefined;
    const journey = JOURNEYS.find((one) => day % 360 >= one.start && day % 360 < one.start + one.days);
    const habit = pick(habits);
    const chance = random();
    const base = { date, note: '', currency: 'EUR' };

    const settle = (from: string, to: string, amount: number): EntryDraft => ({
      ...base, kind: 'settlement', description: '', category: 'general', amount,
      payers: [{ person: from, amount }], split: { mode: 'exact', parts: [{ person: to, value: amount }] },
    });

    const sending = firstOfDay ? SENDINGS.find((one) => one.day === Number(date.slice(8))) : undefined;
    const [sender, receiver] = [people[sending?.from ?? -1], people[sending?.to ?? -1]];
    if (sending && sender && receiver) return settle(sender, receiver, Math.round((sending.cents * entries) / 2_000));
    if (chance < 0.012) {
      const [from, to] = random() < 0.5 ? [people[1], people[0]] : [people[0], people[1]];
      return settle(from as string, to as string, 500 * (1 + Math.floor(random() * 60)));
    }
    if (monthly) {
      const amount = monthly.cents;
      return { ...base, kind: 'expense', description: monthly.name, category: monthly.category, amount, payers: choosePayers(amount), split: chooseSplit(amount) };
    }
    const rate = journey?.rate ?? 1;
    const amount = Math.max(10, Math.round(habit.cents * (0.3 + 1.4 * random()) * rate));
    return {
      ...base,
      kind: chance < 0.03 ? 'refund' : chance < 0.04 ? 'income' : 'expense',
      description: journey ? `${pick(habit.names)}, ${journey.name}` : pick(habit.names),
      category: habit.category,
      note: random() < 0.05 ? 'Receipt is in the drawer.' : '',
      currency: journey?.currency ?? 'EUR',
      amount,
      payers: choosePayers(amount),
      split: chooseSplit(amount),
    };
  };

  return Array.from({ length: entries }, (_, index) => ({ entry: nextId(), draft: createDraft(index) }));
}
