import type { EntryBody, Portion } from '#domain/entry.ts';
import type { RevisionView } from '#contract/views.ts';

/** The parts of an entry a person would name; `amount` goes with its currency, `shares` with the rule that made them. */
export const ENTRY_FIELDS = ['kind', 'date', 'description', 'category', 'amount', 'payers', 'shares', 'note', 'state'] as const;
export type EntryField = (typeof ENTRY_FIELDS)[number];

const portionsKey = (portions: readonly Portion[]): string =>
  portions.filter(({ amount }) => amount !== 0).map(({ person, amount }) => `${person} ${amount}`).toSorted().join();

const fieldKey = (body: EntryBody, field: EntryField): string => {
  if (field === 'amount') return `${body.currency} ${body.amount}`;
  if (field === 'payers' || field === 'shares') return portionsKey(body[field]);
  return body[field];
};

/** The fields in which some of these bodies differ. */
export const differingFields = (bodies: readonly EntryBody[]): EntryField[] =>
  ENTRY_FIELDS.filter((field) => new Set(bodies.map((body) => fieldKey(body, field))).size > 1);

export type RevisionDeed = 'added' | 'changed' | 'voided' | 'restored' | 'resolved';

/** What somebody did with a revision, and to which fields. */
export interface RevisionStory {
  deed: RevisionDeed;
  /** Against the one it replaces; empty for the first and for the end of a conflict. */
  fields: EntryField[];
  before: EntryBody | undefined;
}

export function tellRevision(revision: RevisionView, history: readonly RevisionView[]): RevisionStory {
  const [only, ...more] = revision.prev;
  if (only === undefined) return { deed: 'added', fields: [], before: undefined };
  if (more.length > 0) return { deed: 'resolved', fields: [], before: undefined };
  const before = history.find((one) => one.id === only)?.body;
  const fields = before ? differingFields([before, revision.body]) : [];
  const deed = before && fields.length === 1 && fields[0] === 'state' ? (revision.body.state === 'void' ? 'voided' : 'restored') : 'changed';
  return { deed, fields, before };
}
