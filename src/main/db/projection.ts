import type { Revision } from '#domain/revision.ts';
import { payloadToRevision } from './payload.ts';
import { createAttachmentProjection } from './projections/attachment-projection.ts';
import { createBookProjections } from './projections/book-projection.ts';
import { createEntryProjection } from './projections/entry-projection.ts';
import { createMessageProjection } from './projections/message-projection.ts';
import { createPersonalProjection } from './projections/personal-projection.ts';
import type { StoredRevision, ThingProjection } from './projections/thing-projection.ts';
import type { Connection } from './schema.ts';

/** One thing of a ledger whose revisions changed. `ledger` is the store's own number for it. */
export interface Touched {
  readonly ledger: number;
  readonly type: Revision['type'];
  readonly thing: string;
}

/** Keeps the read model equal to what the revisions say: each type of thing by a projection of its own. */
export interface Projection {
  /** Shows the present state of these things. Runs in the caller's transaction; call `finish` before it commits. */
  project(things: Iterable<Touched>): void;
  /** Takes a thing out of the read model, before a revision it rests on goes; `project` puts back what is left. */
  withdraw(touched: Touched): void;
  finish(): void;
  /** After a transaction that was rolled back. */
  forget(): void;
  /** Drops the read model and makes it again, in the caller's transaction. */
  rebuild(): void;
}

interface RevisionRow {
  key: number;
  change: number;
  payload: string;
}

/** One projection per type of revision: a new type does not compile without its own. */
const createProjections = (database: Connection): Record<Revision['type'], ThingProjection> => ({
  ...createBookProjections(database),
  entry: createEntryProjection(database),
  profile: createPersonalProjection(database, 'profile'),
  contact: createPersonalProjection(database, 'contact'),
  place: createPersonalProjection(database, 'place'),
  admission: createPersonalProjection(database, 'admission'),
  attachment: createAttachmentProjection(database),
  // Computed from the steps when it is asked for.
  iou: { project: () => {}, clear: () => {} },
  message: createMessageProjection(database),
  issuer: createPersonalProjection(database, 'issuer'),
  card: createPersonalProjection(database, 'card'),
  tab: createPersonalProjection(database, 'tab'),
});

export function createProjection(database: Connection): Projection {
  const projections = createProjections(database);
  const all = Object.values(projections);
  const revisionsOf = database.prepare<[string, number, string], RevisionRow>(
    'SELECT key, change, payload FROM revision WHERE thing = ? AND ledger = ? AND type = ?',
  );

  function projectThing({ ledger, type, thing }: Touched): void {
    const stored = revisionsOf.all(thing, ledger, type).map(({ key, change, payload }): StoredRevision => ({ key, change, revision: payloadToRevision(payload) }));
    projections[type].project(ledger, thing, stored);
  }

  const finish = (): void => all.forEach((projection) => projection.finish?.());
  const forget = (): void => all.forEach((projection) => projection.forget?.());

  return {
    project(things) {
      for (const touched of things) projectThing(touched);
    },
    withdraw: ({ ledger, type, thing }) => projections[type].withdraw?.(ledger, thing),
    finish,
    forget,
    rebuild() {
      forget();
      for (const projection of all) projection.clear();
      // Read beforehand: a statement that is being read keeps the connection from writing.
      const things = database.prepare<[], Touched>('SELECT DISTINCT ledger, type, thing FROM revision').all();
      for (const touched of things) projectThing(touched);
      finish();
    },
  };
}
