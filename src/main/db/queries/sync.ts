import type { LedgerId } from '#domain/ids.ts';
import type { Template } from '#domain/revision.ts';
import type { QuarantineView } from '#contract/views.ts';
import type { Reader } from '#main/db/reader.ts';

export interface SyncQueries {
  /** By ledger, in the order they came here; `waiting` counts revisions that the relay is not known to have. */
  ledgers(): { ledger: LedgerId; name: string; template: Template | null; waiting: number; quarantined: number; syncedAt: number | null }[];
  /** The newest first, at most `limit`. */
  quarantine(limit: number): QuarantineView['frames'];
  /** How many changes of a ledger count for nothing. */
  refused(ledger: LedgerId): number;
}

export function createSyncQueries(reader: Reader): SyncQueries {
  const ledgers = reader.prepare<[], ReturnType<SyncQueries['ledgers']>[number]>(
    `SELECT ledger.id AS ledger, coalesce(ledger_view.name, '') AS name, ledger_view.template, ledger.synced_at AS syncedAt,
     ledger.waiting,
     (SELECT count(*) FROM document JOIN frame INDEXED BY frame_apart ON frame.document = document.key AND frame.state <> 'merged'
      WHERE document.ledger = ledger.key AND frame.state = 'quarantined') AS quarantined
     FROM ledger LEFT JOIN ledger_view ON ledger_view.ledger = ledger.key ORDER BY ledger.key`,
  );
  const quarantine = reader.prepare<[number], QuarantineView['frames'][number]>(
    `SELECT ledger.id AS ledger, coalesce(frame.received_at, 0) AS receivedAt, coalesce(frame.reason, '') AS reason, coalesce(frame.size, length(frame.bytes)) AS bytes
     FROM frame INDEXED BY frame_apart JOIN document ON document.key = frame.document JOIN ledger ON ledger.key = document.ledger
     WHERE frame.state <> 'merged' AND frame.state = 'quarantined' ORDER BY frame.key DESC LIMIT ?`,
  );
  const refused = reader.prepare<[string], number>(
    // What this device itself wrote on a line that it has left, it has said anew (follow.ts).
    `SELECT count(*) FROM ledger JOIN document ON document.ledger = ledger.key JOIN change INDEXED BY change_refused ON change.document = document.key AND change.refused IS NOT NULL
     WHERE ledger.id = ? AND NOT (change.refused = 'other_line' AND substr(change.actor, 1, 32) IS ledger.device)`,
  ).pluck();
  return { refused: (ledger) => refused.get(ledger) ?? 0, ledgers: () => ledgers.all(), quarantine: (limit) => quarantine.all(limit) };
}
