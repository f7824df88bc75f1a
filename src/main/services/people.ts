import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { PersonBody } from '#domain/revision.ts';
import type { Service } from '#main/handlers.ts';
import type { NewRevision } from './author.ts';
import type { Ground, LedgerRow } from './ground.ts';

export function createPeopleService({ shell, author, queries, personal, people }: Ground): Service<'people'> {
  const change = (ledger: LedgerId, person: PersonId, changed: Partial<PersonBody>): Promise<Result<null, ErrorCode>> =>
    author.change<null>(ledger, (row) => {
      const known = queries.ledgers.person(row, person);
      if (!known) return failure('person_unknown');
      if (changed.state === 'archived' && queries.ledgers.balancesOf(known.key).length > 0) return failure('person_in_use');
      const body = { name: known.name, state: known.state, ...changed };
      return success({ revisions: [{ type: 'person', of: person, prev: queries.history.current(row, 'person', person), body }], answer: () => null });
    });

  /** Puts this device into a person's hands. Somebody who only looked on so far has nobody yet to write as, and begins. */
  async function becoming(ledger: LedgerId, person: PersonId, newcomer: readonly NewRevision[]) {
    const own = await personal.asDevice(ledger, person);
    const asOwn = (row: LedgerRow): NewRevision[] => [...newcomer, { ...own, prev: queries.history.current(row, 'device', own.of) }];
    return async (isKnown: (row: LedgerRow) => boolean): Promise<Result<null, ErrorCode>> => {
      const there = queries.ledgers.find(ledger);
      if (there?.me !== null) {
        return author.change<null>(ledger, (row) =>
          isKnown(row) ? success({ revisions: row.me === person ? [] : asOwn(row), answer: () => null }) : failure('person_unknown'),
        );
      }
      if (!isKnown(there)) return failure('person_unknown');
      const begun = await author.begin(ledger, person, [...asOwn(there), ...people.asProfile(ledger)]);
      return begun.ok ? success(null) : begun;
    };
  }

  return {
    'people.add': ({ ledger, name }) =>
      author.change(ledger, () => {
        const person = shell.ids.next();
        return success({ revisions: [{ type: 'person', of: person, body: { name, state: 'active' } }], answer: () => ({ person }) });
      }),
    'people.rename': ({ ledger, person, name }) => change(ledger, person, { name }),
    'people.archive': ({ ledger, person, archived }) => change(ledger, person, { state: archived ? 'archived' : 'active' }),
    async 'people.claim'({ ledger, person }) {
      const become = await becoming(ledger, person, []);
      return become((row) => queries.ledgers.person(row, person) !== undefined);
    },
    async 'people.enter'({ ledger, name }) {
      const person = shell.ids.next();
      const become = await becoming(ledger, person, [{ type: 'person', of: person, body: { name, state: 'active' } }]);
      const entered = await become(() => true);
      return entered.ok ? success({ person }) : entered;
    },
  };
}
