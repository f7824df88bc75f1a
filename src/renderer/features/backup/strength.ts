export type Strength = 'weak' | 'fair' | 'strong';

const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /\p{Script=Han}/u, /[^\p{L}\p{Nd}\s]/u];

/**
 * A rough word about a passphrase: by how many different characters it has, and of how many kinds. It cannot know a
 * quotation from random words, so it speaks of strength only where length alone makes guessing long.
 */
export function strengthOf(passphrase: string): Strength {
  const characters = [...passphrase.normalize('NFC')];
  const variety = Math.min(characters.length, new Set(characters).size * 2) + 2 * KINDS.filter((kind) => kind.test(passphrase)).length;
  return variety < 18 ? 'weak' : variety < 25 ? 'fair' : 'strong';
}
