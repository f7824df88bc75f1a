import { resolveRevisions, type RevisionOf } from '#domain/revision.ts';
import { revisionsToPlace } from '#main/db/place.ts';
import type { Connection } from '#main/db/schema.ts';
import type { StoredRevision, ThingProjection } from './thing-projection.ts';

const chosenOf = (stored: readonly StoredRevision[]) => resolveRevisions(stored.map(({ revision }) => revision))?.chosen;

/** What a ledger is, who is in its book, and whose its devices are. */
export function createBookProjections(database: Connection): Record<'ledger' | 'person' | 'device', ThingProjection> {
  const setLedger = database.prepare(
    // Only the thing that bears the ledger's own id speaks for it.
    `INSERT INTO ledger_view (name, template, currency, simplify, ledger) SELECT ?, ?, ?, ?, key FROM ledger WHERE key = ? AND id = ?
     ON CONFLICT DO UPDATE SET name = excluded.name, template = excluded.template, currency = excluded.currency, simplify = excluded.simplify`,
  );
  const removeLedger = database.prepare('DELETE FROM ledger_view WHERE ledger = (SELECT key FROM ledger WHERE key = ? AND id = ?)');
  const setPerson = database.prepare(
    `INSERT INTO person (ledger, id, place, name, state) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET place = excluded.place, name = excluded.name, state = excluded.state`,
  );
  // Entries may name somebody all the same.
  const removePerson = database.prepare(`UPDATE person SET name = NULL, state = NULL, place = '' WHERE ledger = ? AND id = ?`);
  const setDevice = database.prepare(
    `INSERT INTO device (ledger, id, name, person) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, person = excluded.person`,
  );
  const removeDevice = database.prepare('DELETE FROM device WHERE ledger = ? AND id = ?');

  return {
    ledger: {
      project(ledger, thing, stored) {
        const chosen = chosenOf(stored) as RevisionOf<'ledger'> | undefined;
        if (!chosen) return void removeLedger.run(ledger, thing);
        const { name, template, currency, simplify } = chosen.body;
        setLedger.run(name, template, currency, Number(simplify), ledger, thing);
      },
      clear: () => void database.exec('DELETE FROM ledger_view'),
    },
    person: {
      project(ledger, thing, stored) {
        const chosen = chosenOf(stored) as RevisionOf<'person'> | undefined;
        if (!chosen) return void removePerson.run(ledger, thing);
        setPerson.run(ledger, thing, revisionsToPlace(thing, stored.map(({ revision }) => revision)), chosen.body.name, chosen.body.state);
      },
      clear: () => void database.exec('DELETE FROM person'),
    },
    device: {
      project(ledger, thing, stored) {
        const chosen = chosenOf(stored) as RevisionOf<'device'> | undefined;
        if (!chosen) return void removeDevice.run(ledger, thing);
        setDevice.run(ledger, thing, chosen.body.name, chosen.body.person);
      },
      clear: () => void database.exec('DELETE FROM device'),
    },
  };
}
