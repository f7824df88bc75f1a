/** Writes the sample exports beside this file: `node tests/files/splitwise/make.ts`. The same every time. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Language {
  header: string;
  footer: string;
  payment: string;
  paid: (from: string, to: string) => string;
  /** Category, then what was bought. */
  things: [string, string][];
}

const ENGLISH: Language = {
  header: 'Date,Description,Category,Cost,Currency',
  footer: 'Total balance',
  payment: 'Payment',
  paid: (from, to) => `${from} paid ${to}`,
  things: [
    ['Groceries', 'Weekly shop'], ['Groceries', 'Fruit and vegetables'], ['Dining out', 'Pizza night'], ['Dining out', 'Brunch, two tables'],
    ['Household supplies', 'Light bulbs'], ['Rent', 'Rent'], ['TV/Phone/Internet', 'Internet'], ['Electricity', 'Electricity bill'],
    ['Bus/train', 'Train to the coast'], ['Gas/fuel', 'Petrol'], ['Plane', 'Flights'], ['Hotel', 'Two nights by the sea'],
    ['Movies', 'Cinema'], ['General', 'Odds & ends'], ['Gifts', 'Birthday present "for Eve"'], ['Home - Other', 'Paint'], ['Board games', 'Expansion set'],
  ],
};
const GERMAN: Language = {
  header: 'Datum,Beschreibung,Kategorie,Kosten,Währung',
  footer: 'Gesamtbilanz',
  payment: 'Zahlung',
  paid: (from, to) => `${from} zahlte ${to}`,
  things: [['Lebensmittel', 'Wocheneinkauf'], ['Restaurant', 'Biergarten'], ['Miete', 'Miete'], ['Kino', 'Kino'], ['Allgemein', 'Verschiedenes'], ['Möbel', 'Regal, weiß'], ['Imkerei', 'Honiggläser']],
};
const CHINESE: Language = {
  header: '日期,描述,类别,费用,货币',
  footer: '总余额',
  payment: '付款',
  paid: (from, to) => `${from}付款给${to}`,
  things: [['食品杂货', '超市买菜'], ['外出就餐', '火锅，四个人'], ['房租', '十一月房租'], ['电费', '电费'], ['出租车', '打车去机场'], ['酒店', '民宿两晚'], ['一般', '杂项'], ['剧本杀', '周末剧本杀']],
};

/** Park and Miller's generator: the same numbers for the same seed, everywhere. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const quote = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const decimal = (minor: number, decimals: number): string =>
  decimals === 0 ? String(minor) : `${minor < 0 ? '-' : ''}${Math.floor(Math.abs(minor) / 10 ** decimals)}.${String(Math.abs(minor) % 10 ** decimals).padStart(decimals, '0')}`;

interface Sample {
  seed: number;
  language: Language;
  people: string[];
  /** Currency, its decimals, and how many of ten rows are in it. */
  currencies: [string, number, number][];
  rows: number;
  preamble?: string;
  /** One row in so many has two payers. */
  severalPayers?: number;
}

/** Whole minor units, an equal part each, the first ones bearing what is left over, as Splitwise divides. */
const divide = (amount: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.floor(amount / count) + Number(index < amount % count));

function makeSample({ seed, language, people, currencies, rows, preamble, severalPayers }: Sample): string {
  const random = createRandom(seed);
  const totals = new Map(currencies.map(([currency]) => [currency, people.map(() => 0)]));
  const lines = [...(preamble === undefined ? [] : [preamble, '']), [language.header, ...people.map(quote)].join(','), ''];
  const day = new Date(Date.UTC(2025, 0, 3));
  for (let row = 0; row < rows; row += 1) {
    day.setUTCDate(day.getUTCDate() + random(3));
    const turn = random(10);
    let passed = 0;
    const [currency, decimals] = currencies.find(([, , weight]) => turn < (passed += weight)) ?? ['EUR', 2];
    const payer = random(people.length);
    const isPayment = row % 23 === 22;
    let amount = (200 + random(18_000)) * (decimals === 0 ? 10 : 1);
    if (isPayment) amount = (1 + random(40)) * 5 * 10 ** decimals;
    const isRefund = !isPayment && row % 61 === 60;
    const others = people.map((_, index) => index).filter((index) => index !== payer);
    const nets = people.map(() => 0);
    let [category = '', description = ''] = language.things[random(language.things.length)] ?? [];
    if (isPayment) {
      const recipient = others[random(others.length)] ?? 0;
      nets[payer] = amount;
      nets[recipient] = -amount;
      [category, description] = [language.payment, language.paid(people[payer] ?? '', people[recipient] ?? '')];
    } else {
      const members = random(4) === 0 ? [payer, others[random(others.length)] ?? 0] : people.map((_, index) => index);
      for (const [index, share] of divide(amount, members.length).entries()) nets[members[index] ?? 0] = -share;
      const second = others[random(others.length)] ?? 0;
      const hasTwo = severalPayers !== undefined && row % severalPayers === 0;
      const part = hasTwo ? Math.floor(amount / 2) : 0;
      nets[payer] = (nets[payer] ?? 0) + amount - part;
      nets[second] = (nets[second] ?? 0) + part;
      if (row % 97 === 40) description = `${description}\n(${row})`;
    }
    const sign = isRefund ? -1 : 1;
    for (const [index, net] of nets.entries()) {
      const sums = totals.get(currency) ?? [];
      sums[index] = (sums[index] ?? 0) + sign * net;
    }
    lines.push(
      [day.toISOString().slice(0, 10), quote(description), quote(category), decimal(sign * amount, decimals), currency, ...nets.map((net) => decimal(sign * net === 0 ? 0 : sign * net, decimals))].join(','),
    );
  }
  lines.push('');
  const end = day.toISOString().slice(0, 10);
  for (const [currency, decimals] of currencies) {
    lines.push([end, language.footer, ' ', ' ', currency, ...(totals.get(currency) ?? []).map((net) => decimal(net, decimals))].join(','));
  }
  return `${lines.join('\n')}\n`;
}

const SAMPLES: Record<string, Sample> = {
  household: { seed: 11, language: ENGLISH, people: ['Ann Baker', 'Ben Castle ', 'Chloé Dubois', 'Dmitri'], currencies: [['EUR', 2, 8], ['USD', 2, 2]], rows: 300 },
  german: { seed: 12, language: GERMAN, people: ['Jürgen Groß', 'Anke Müller', 'Tomás'], currencies: [['EUR', 2, 9], ['CHF', 2, 1]], rows: 60 },
  chinese: { seed: 13, language: CHINESE, people: ['李雷', '韩梅梅', '王小明', 'Lucy'], currencies: [['CNY', 2, 8], ['JPY', 0, 2]], rows: 60 },
  'several-payers': { seed: 14, language: ENGLISH, people: ['Ann', 'Ben', 'Chloé', 'Dmitri', 'Eve'], currencies: [['EUR', 2, 7], ['KWD', 3, 3]], rows: 40, severalPayers: 2 },
  friend: { seed: 15, language: ENGLISH, people: ['Ann Baker', 'Me'], currencies: [['GBP', 2, 10]], rows: 30, preamble: 'Note: does not include group expenses' },
};
for (const [name, sample] of Object.entries(SAMPLES)) writeFileSync(join(import.meta.dirname, `${name}.csv`), makeSample(sample));
