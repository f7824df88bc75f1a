import { entryEffects } from '#domain/effects.ts';
import { isTransfer } from '#domain/entry-rules.ts';
import type { EntryId } from '#domain/ids.ts';
import type { RevisionOf } from '#domain/revision.ts';
import type { EntryRowView } from '#contract/views.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import { PLACE_TO_ID } from '#main/db/place.ts';
import type { Reader } from '#main/db/reader.ts';
import { WITHDRAWALS } from '#main/db/revisions.ts';
import type { LedgerRow } from './ledgers.ts';

export interface EntryRow {
  key: number;
  id: EntryId;
  date: string;
  place: string;
  currency: string;
  conflict: number;
  waiting: number;
  revision: number;
}

/** What a row is made from, all of it in the index `entry_order` but for whether the `change` waits. */
export const ENTRY_COLUMNS = `entry.key, ${PLACE_TO_ID} AS id, entry.date, entry.place, entry.currency, entry.conflict, entry.revision, change.waiting`;
export const ENTRY_JOINS = 'JOIN change ON change.key = entry.change';

/** What a revision says of a row. */
type Fixed = Omit<EntryRowView, 'running' | 'conflict' | 'waiting' | 'attachments'>;

/** As many as some screens full of rows; a page is made again with every change, and nearly all its rows are the same. */
const REMEMBERED = 2_000;

function rowToFixed(me: string | null, id: EntryId, payload: string): Fixed {
  const { body } = payloadToRevision(payload) as RevisionOf<'entry'>;
  const { kind, date, description, category, currency, amount, payers, state, note } = body;
  const mine = entryEffects({ ...body, state: 'active' }).find(({ person }) => person === me);
  return {
    id, kind, date, description, category, currency, amount, payers, state,
    myShare: mine ? mine.share : null,
    myEffect: mine ? (state === 'void' ? 0 : mine.effect) : null,
    note: note !== '',
    recipient: isTransfer(body) ? (body.shares[0]?.person ?? null) : null,
  };
}

/** Makes what the list shows of entries, but for the running balance. */
export function createEntryRows(reader: Reader): (ledger: LedgerRow, rows: readonly EntryRow[]) => EntryRowView[] {
  const payload = reader.prepare<[number], string>('SELECT payload FROM revision WHERE key = ?').pluck();
  const attachments = reader.prepare<[number, string], number>('SELECT count(*) FROM attachment WHERE ledger = ? AND about = ? AND removed = 0').pluck();
  const withdrawals = reader.prepare<[string], number>('SELECT value FROM meta WHERE name = ?').pluck();
  // By the key of a revision, which is another one's only after a withdrawal.
  const remembered = new Map<number, { me: string | null; fixed: Fixed }>();
  let rememberedAt: number | undefined;

  function recall(me: string | null, { id, revision }: EntryRow): Fixed {
    const known = remembered.get(revision);
    if (known?.me === me) return known.fixed;
    if (remembered.size >= REMEMBERED) remembered.clear();
    const fixed = rowToFixed(me, id, payload.get(revision) ?? '');
    remembered.set(revision, { me, fixed });
    return fixed;
  }

  return (ledger, rows) => {
    const present = withdrawals.get(WITHDRAWALS);
    if (present !== rememberedAt) remembered.clear();
    rememberedAt = present;
    return rows.map((row) => ({ ...recall(ledger.me, row), running: null, conflict: row.conflict === 1, waiting: row.waiting === 1, attachments: attachments.get(ledger.key, row.id) ?? 0 }));
  };
}
