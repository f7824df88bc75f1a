import type { ErrorCode } from '#contract/errors.ts';
import type { IdSource, LedgerId, PersonId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { EntryQueries } from '#main/db/queries/entries.ts';
import type { LedgerQueries, LedgerRow } from '#main/db/queries/ledgers.ts';
import type { NewRevision } from '#main/services/author.ts';
import { nameInFile, nameToPersonId, rowToBody, rowToEntryId, type ReadImport } from './read-import.ts';

export interface ImportTarget {
  ledger: LedgerId;
  /** Undefined where the ledger is a new one. */
  row: LedgerRow | undefined;
  read: ReadImport;
  /** Who the names of the file are; null: somebody new. A name that is left out is matched by itself. */
  people: ReadonlyMap<string, PersonId | null>;
  /** For a new ledger: the name in the file that is me. */
  me?: string | null;
  now: number;
  ids: IdSource;
  queries: { ledgers: LedgerQueries; entries: EntryQueries };
}

export interface ImportedRevisions {
  revisions: NewRevision[];
  added: number;
  known: number;
  /** The person of the file that is me; undefined where none of them is. */
  me: PersonId | undefined;
}

/**
 * Everything an import writes. What it writes about has ids that derive from the ledger and the file, so that only what is
 * not there yet is new; and where two devices import one file at the same time, they say the same of the same things.
 */
export function importToRevisions(target: ImportTarget): Result<ImportedRevisions, ErrorCode> {
  const { ledger, row, read, now, ids, queries } = target;
  const persons = row ? queries.ledgers.persons(row) : [];
  const known = new Set(persons.map(({ id }) => id));
  const people = new Map<string, PersonId>();
  const revisions: NewRevision[] = [];
  for (const [index, name] of read.file.people.entries()) {
    const chosen = target.people.get(name);
    if (chosen != null && !known.has(chosen)) return failure('person_unknown', { person: chosen });
    const same = chosen === undefined ? persons.find((person) => person.name === nameInFile(name))?.id : undefined;
    const person = chosen ?? same ?? nameToPersonId(ids, ledger, name);
    people.set(name, person);
    if (known.has(person)) continue;
    known.add(person);
    revisions.push({ type: 'person', of: person, at: now + index, body: { name: nameInFile(name), state: 'active' } });
  }
  if (target.me != null && !people.has(target.me)) return failure('person_unknown', { name: target.me });

  let added = 0;
  for (const [index, one] of read.rows.entries()) {
    const entry = rowToEntryId(ids, ledger, one);
    // Also where it is void: what was voided on purpose must not come back by an import.
    if (row && queries.entries.state(row, entry) !== undefined) continue;
    const body = rowToBody(one, entry, people);
    // Two names that were said to be one person can leave a row without anything to move.
    if (!body.ok && body.code === 'row_no_people') continue;
    if (!body.ok) return body;
    added += 1;
    // Within a day entries stand as they were made: a millisecond apart, in the order of the file.
    const at = now - read.rows.length + index;
    revisions.push({ type: 'entry', of: entry, at: Math.max(0, at), body: body.value });
  }
  const me = target.me == null ? undefined : people.get(target.me);
  return success({ revisions, added, known: read.rows.length - added, me });
}
