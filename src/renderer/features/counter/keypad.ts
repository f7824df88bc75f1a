import { MAXIMUM_AMOUNT } from '#domain/money.ts';

/** The keys of the pad, from the top left. */
export const PAD = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '0', '00', 'back'] as const;
export type PadKey = (typeof PAD)[number];

/**
 * An amount grows from the right, as at any till: 3, 5, 0 are 3.50, so that no key is spent on a decimal sign. Minor units.
 * A key that would make it larger than any amount may be changes nothing.
 */
export function pressKey(amount: number, key: PadKey): number {
  if (key === 'back') return Math.floor(amount / 10);
  const next = key === '00' ? amount * 100 : amount * 10 + Number(key);
  return next > MAXIMUM_AMOUNT ? amount : next;
}

/** What a key of the keyboard is on the pad, full-width digits too; undefined for any other. */
export function keyToPad(key: string): PadKey | undefined {
  if (key === 'Backspace') return 'back';
  const plain = key.normalize('NFKC');
  return /^[0-9]$/.test(plain) ? (plain as PadKey) : undefined;
}
