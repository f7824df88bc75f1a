import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { PersonBody } from '#domain/revision.ts';
import type { Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';

export function createPeopleService({ shell, author, queries, personal }: Ground): Service<'people'> {
  const change = (ledger: LedgerId, person: PersonId, changed: Partial<PersonBody>): Promise<Result<null, ErrorCode>> =>
    author.change<null>(ledger, (row) => {
      const known = queries.ledgers.person(row, person);
      if (!known) return failure('person_unknown');
      if (changed.state === 'archived' && queries.ledgers.balancesOf(known.key).length > 0) return failure('person_in_use');
      const body = { name: known.name, state: known.state, ...changed };
      return success({ revisions: [{ type: 'person', of: person, prev: queries.history.current(row, 'person', person), body }], answer: () => null });
    });

  return {
    'people.add': ({ ledger, name }) =>
      author.change(ledger, () => {
        const person = shell.ids.next();
        return success({ revisions: [{ type: 'person', of: person, body: { name, state: 'active' } }], answer: () => ({ person }) });
      }),
    'people.rename': ({ ledger, person, name }) => change(ledger, person, { name }),
    'people.archive': ({ ledger, person, archived }) => change(ledger, person, { state: archived ? 'archived' : 'active' }),
    async 'people.claim'({ ledger, person }) {
      const own = await personal.asDevice(ledger, person);
      return author.change<null>(ledger, (row) => {
        if (!queries.ledgers.person(row, person)) return failure('person_unknown');
        const prev = queries.history.current(row, 'device', own.of);
        return success({ revisions: row.me === person ? [] : [{ ...own, prev }], answer: () => null });
      });
    },
  };
}
