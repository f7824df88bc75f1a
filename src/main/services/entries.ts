import type { ErrorCode } from '#contract/errors.ts';
import type { Topic } from '#main/handlers.ts';
import type { Service } from '#main/handlers.ts';
import type { EntryBody, EntryDraft } from '#domain/entry.ts';
import { draftToBody } from '#domain/entry-rules.ts';
import type { EntryId, LedgerId, RevisionId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { RevisionOf } from '#domain/revision.ts';
import type { UndoAction } from '#contract/views.ts';
import type { Change, MyLedger } from './author.ts';
import { findMessages } from './chat.ts';
import type { Ground } from './ground.ts';
import type { Messages } from './messages.ts';
import { createUndo } from './undo.ts';

const about = ({ ledger }: { ledger: LedgerId }): Topic[] => [`ledger:${ledger}`];

export function createEntriesService(ground: Ground, messages: Messages): Service<'entries'> {
  const { author, queries, keyring } = ground;
  const undo = createUndo(ground);

  /** A draft names only people whom the ledger knows. */
  function readDraft(row: MyLedger, draft: EntryDraft, entry: EntryId, state: EntryBody['state']): Result<EntryBody, ErrorCode> {
    const people = [...draft.payers, ...draft.split.parts].map(({ person }) => person);
    const unknown = people.find((person) => !queries.ledgers.person(row, person));
    return unknown === undefined ? draftToBody(draft, entry, state) : failure('person_unknown', { person: unknown });
  }

  const revise = (entry: EntryId, prev: readonly RevisionId[], body: EntryBody, action: UndoAction): Change<null> => ({
    revisions: [{ type: 'entry', of: entry, prev: prev.slice(0, 64), body }],
    step: { action, description: body.description },
    answer: () => null,
  });

  /** Writes the entry as it is now, but in another state. */
  const setState = (ledger: LedgerId, entry: EntryId, state: EntryBody['state']): Promise<Result<null, ErrorCode>> =>
    author.change<null>(ledger, (row) => {
      const view = queries.history.entry(row, entry);
      if (!view) return failure('not_found');
      if (view.body.state === state && view.conflict.length === 0) return success({ revisions: [], answer: () => null });
      return success(revise(entry, view.current, { ...view.body, state }, state === 'void' ? 'void' : 'restore'));
    });

  return {
    'entries.page': {
      topics: about,
      read({ ledger, offset, limit, filter }) {
        const row = queries.ledgers.find(ledger);
        return row ? success(queries.entries.page(row, offset, limit, filter)) : failure('not_found');
      },
    },
    'entries.get': {
      topics: about,
      read({ ledger, entry }) {
        const row = queries.ledgers.find(ledger);
        return success(row ? queries.history.entry(row, entry) : null);
      },
    },
    'entries.search': async ({ text, limit }) => {
      const { hits } = queries.entries.search(text, limit);
      // Those that were left are still in the store.
      return success({ hits: hits.filter(({ ledger }) => keyring.get().ledgers.includes(ledger)), messages: findMessages(ground, messages, text, limit) });
    },
    'entries.add': ({ ledger, entry, draft }) =>
      author.change(ledger, (row) => {
        const known = firstOf(queries.history.revisions(row, entry));
        if (known) return success({ revisions: [], answer: () => ({ revision: known.id }) });
        const body = readDraft(row, draft, entry, 'active');
        if (!body.ok) return body;
        return success({ ...revise(entry, [], body.value, 'add'), answer: ([revision = '']) => ({ revision }) });
      }),
    'entries.edit': ({ ledger, entry, prev, draft }) =>
      author.change(ledger, (row) => {
        const view = queries.history.entry(row, entry);
        if (!view) return failure('not_found');
        const body = readDraft(row, draft, entry, view.body.state);
        if (!body.ok) return body;
        const seen = prev.filter((revision) => view.history.some(({ id }) => id === revision));
        if (seen.length < prev.length) return failure('not_found');
        return success({ ...revise(entry, prev, body.value, 'edit'), answer: ([revision = '']) => ({ revision }) });
      }),
    'entries.void': ({ ledger, entry }) => setState(ledger, entry, 'void'),
    'entries.restore': ({ ledger, entry }) => setState(ledger, entry, 'active'),
    'entries.resolve': ({ ledger, entry, revision }) =>
      author.change<null>(ledger, (row) => {
        const view = queries.history.entry(row, entry);
        if (!view) return failure('not_found');
        const kept = view.conflict.find(({ id }) => id === revision);
        if (!kept) return failure('not_found');
        return success(revise(entry, view.current, kept.body, 'resolve'));
      }),
    'entries.undo': ({ ledger }) => undo(ledger, 'undo'),
    'entries.redo': ({ ledger }) => undo(ledger, 'redo'),
  };
}

/** The first revision of an entry, if there is any. */
const firstOf = (revisions: readonly RevisionOf<'entry'>[]): RevisionOf<'entry'> | undefined => revisions.find(({ prev }) => prev.length === 0) ?? revisions[0];
