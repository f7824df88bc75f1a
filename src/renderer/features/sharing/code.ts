/** Characters of a code that say nothing: spaces and dashes of any script. */
const SEPARATORS = /[\s\p{Pd}]/gu;

/** A code in groups of four, as it is easiest to read out and to type: `ABCD-EFGH-JKMN`. */
export const groupCode = (code: string): string => (code.replaceAll(SEPARATORS, '').match(/.{1,4}/gu) ?? []).join('-');

/** A code letter by letter, so that it is read out and not pronounced. */
export const spellCode = (code: string): string => [...code.replaceAll(SEPARATORS, '')].join(' ');

/** Whole minutes until a time, rounded up; 0 once it has passed. Both in milliseconds since 1970. */
export const minutesUntil = (time: number, now: number): number => Math.max(0, Math.ceil((time - now) / 60_000));
