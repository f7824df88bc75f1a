import { draftToBody } from '#domain/entry-rules.ts';
import { failure, success } from '#domain/result.ts';
import type { Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';

export function createSettlementsService({ author, queries }: Ground): Service<'settlements'> {
  return {
    'settlements.record': ({ ledger, entry, from, to, amount, currency, date, note }) =>
      author.change(ledger, (row) => {
        const unknown = [from, to].find((person) => !queries.ledgers.person(row, person));
        if (unknown !== undefined) return failure('person_unknown', { person: unknown });
        const answer = () => ({ entry });
        if (queries.entries.chosen(row, entry)) return success({ revisions: [], answer });
        const body = draftToBody(
          {
            kind: 'settlement', date, description: '', category: 'general', note, currency, amount,
            payers: [{ person: from, amount }],
            split: { mode: 'equal', parts: [{ person: to, value: 1 }] },
          },
          entry,
        );
        if (!body.ok) return body;
        return success({ revisions: [{ type: 'entry', of: entry, body: body.value }], step: { action: 'add', description: '' }, answer });
      }),
  };
}
