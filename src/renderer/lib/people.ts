import type { PersonView } from '#contract/views.ts';

/** The same people with me at the head: whoever reads looks for themselves first. */
export const meFirst = (people: readonly PersonView[]): PersonView[] => people.toSorted((a, b) => Number(b.me) - Number(a.me));
