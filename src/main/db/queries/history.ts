import { createHash } from 'node:crypto';
import type { DeviceId, EntryId, Id, LedgerId, PersonId, RevisionId } from '#domain/ids.ts';
import { currentRevisions, resolveRevisions, type Revision, type RevisionOf } from '#domain/revision.ts';
import type { EntryView, RevisionView } from '#contract/views.ts';
import type { Reader } from '#main/db/reader.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import { GIVEN } from '#main/db/schema.ts';
import { byCausality } from './causality.ts';
import { namelessPerson, type LedgerQueries, type LedgerRow } from './ledgers.ts';

/** A day, in milliseconds: an author's clock further away than this is marked. */
const ODD = 86_400_000;

/** What a revision can name at most; whoever meets more versions of a thing than this ends them in several goes. */
const MAXIMUM_PREV = 64;

interface Row {
  payload: string;
  seen_at: number;
  waiting: number;
}

export interface HistoryQueries {
  revisions(ledger: LedgerRow, entry: EntryId): RevisionOf<'entry'>[];
  entry(ledger: LedgerRow, entry: EntryId): EntryView | null;
  /** The revisions of any thing that no other replaces: what a new one is made from. */
  current(ledger: LedgerRow, type: Revision['type'], thing: Id): RevisionId[];
  /** When a device said of itself what it is, for the first and the last time as this device saw it; null where it never did. */
  seen(ledger: LedgerId, device: Id): { first: number | null; last: number | null };
  /** SHA-256 over all revisions in the order of their ids. */
  stateHash(ledger: LedgerRow): { hash: string; revisions: number };
}

/** Whose device it is, by the membership. */
export type MemberOfDevice = (ledger: LedgerId, device: DeviceId) => { root: string; name: string; deviceName: string; person: PersonId | null } | null;

export function createHistoryQueries(reader: Reader, ledgers: LedgerQueries, memberOf: MemberOfDevice = () => null): HistoryQueries {
  const rows = reader.prepare<[string, number], Row>(
    `SELECT revision.payload, revision.seen_at, change.waiting FROM revision JOIN change ON change.key = revision.change
     WHERE revision.thing = ${GIVEN} AND revision.ledger = ${GIVEN} AND revision.type = 'entry'`,
  );
  const read = (ledger: LedgerRow, entry: EntryId): { revision: RevisionOf<'entry'>; row: Row }[] =>
    rows.all(entry, ledger.key).map((row) => ({ revision: payloadToRevision(row.payload) as RevisionOf<'entry'>, row }));

  const payloads = reader.prepare<[string, number, string], string>('SELECT payload FROM revision WHERE thing = ? AND ledger = ? AND type = ?').pluck();
  const everything = reader.prepare<[number], string>('SELECT payload FROM revision WHERE ledger = ? ORDER BY id').pluck();

  const seen = reader.prepare<[string, string], { first: number | null; last: number | null }>(
    `SELECT min(seen_at) AS first, max(seen_at) AS last FROM revision JOIN ledger ON ledger.key = revision.ledger WHERE revision.thing = ? AND ledger.id = ? AND revision.type = 'device'`,
  );

  return {
    seen: (ledger, device) => seen.get(device, ledger) ?? { first: null, last: null },
    current: (ledger, type, thing) => currentRevisions(payloads.all(thing, ledger.key, type).map(payloadToRevision)).map(({ id }) => id).slice(0, MAXIMUM_PREV),
    stateHash({ key }) {
      const hash = createHash('sha256');
      let revisions = 0;
      for (const payload of everything.iterate(key)) {
        hash.update(`${payload}\n`);
        revisions += 1;
      }
      return { hash: hash.digest('hex'), revisions };
    },
    revisions: (ledger, entry) => read(ledger, entry).map(({ revision }) => revision),
    entry(ledger, id) {
      const all = read(ledger, id);
      const resolved = resolveRevisions(all.map(({ revision }) => revision));
      if (!resolved) return null;
      const names = ledgers.names(ledger);
      const devices = new Map(ledgers.devices(ledger).map((one) => [one.id, one.name]));
      const views = new Map<string, RevisionView>(
        all.map(({ revision, row }) => {
          const member = memberOf(ledger.id, revision.device);
          return [revision.id, {
            id: revision.id, prev: revision.prev, at: revision.at,
            clockOdd: Math.abs(revision.at - row.seen_at) > ODD,
            by: { person: revision.by, name: names.get(revision.by) ?? namelessPerson(revision.by) },
            device: { id: revision.device, name: devices.get(revision.device) ?? member?.deviceName ?? namelessPerson(revision.device), mine: revision.device === ledger.device },
            member: member && { root: member.root, name: member.name, person: member.person },
            waiting: row.waiting === 1,
            body: revision.body,
          }];
        }),
      );
      const view = ({ id: revision }: { id: string }): RevisionView[] => [views.get(revision)].filter((one) => one !== undefined);
      const { chosen, beside } = resolved;
      return {
        id, ledger: ledger.id, body: chosen.body,
        current: [chosen, ...beside].map((revision) => revision.id),
        history: byCausality(all.map(({ revision }) => revision)).flatMap(view),
        conflict: beside.length > 0 ? [chosen, ...beside].flatMap(view) : [],
      };
    },
  };
}
