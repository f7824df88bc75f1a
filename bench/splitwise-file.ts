import { createRandom } from '../tests/household.ts';

/** People of the benchmark's ledger, as its files name them. */
export const PEOPLE = ['Ann', 'Ben', 'Chloé', '大卫'] as const;

const THINGS = ['Market', 'Bakery', 'Dinner', '火锅', 'Tram tickets', 'Cinema', 'Pharmacy', 'Rent', 'Power', 'Cat food'] as const;
const CATEGORIES = ['Groceries', 'Groceries', 'Dining out', 'Dining out', 'Bus/train', 'Movies', 'Medical expenses', 'Rent', 'Electricity', 'Pets'] as const;

const decimal = (minor: number): string => (minor / 100).toFixed(2);

/** A Splitwise export of `rows` expenses, split equally among four people; `part` makes files that share no row. */
export function createSplitwiseFile(rows: number, part: number): string {
  const random = createRandom(part + 1);
  const lines = [`Date,Description,Category,Cost,Currency,${PEOPLE.join(',')}`, ''];
  for (let row = 0; row < rows; row += 1) {
    const thing = Math.floor(random() * THINGS.length);
    const cost = 4 * (25 + Math.floor(random() * 5_000));
    const payer = Math.floor(random() * PEOPLE.length);
    const date = new Date(Date.UTC(2016, 0, 1) + Math.floor(random() * 3_900) * 86_400_000).toISOString().slice(0, 10);
    const cells = PEOPLE.map((_, index) => decimal(index === payer ? cost - cost / 4 : -cost / 4));
    lines.push(`${date},${THINGS[thing]} ${part}-${row},${CATEGORIES[thing]},${decimal(cost)},${random() < 0.9 ? 'EUR' : 'USD'},${cells.join(',')}`);
  }
  return `${lines.join('\n')}\n`;
}
