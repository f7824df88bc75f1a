import type { DeviceId, LedgerId, PersonId } from '#domain/ids.ts';
import { isListedTemplate, type Template } from '#domain/revision.ts';
import type { LedgerSummaryView, MoneyView, PersonView } from '#contract/views.ts';
import type { Reader } from '#main/db/reader.ts';
import { GIVEN } from '#main/db/schema.ts';

/** A ledger as other queries need it. */
export interface LedgerRow {
  key: number;
  id: LedgerId;
  name: string;
  template: Template;
  currency: string;
  simplify: number;
  /** Who this device is in it. */
  device: DeviceId | null;
  /** The person whose hands this device is in; null until they have said who they are. */
  me: PersonId | null;
  meKey: number | null;
}

export interface PersonRow {
  key: number;
  id: PersonId;
  name: string;
  state: 'active' | 'archived';
}

/** What is not in the store. */
export interface LedgerGrounds {
  /** Whether this device is in a ledger; one that was left stays in the store and is not shown. */
  isListed(ledger: LedgerId): boolean;
  /** Who this device is in the book by the membership, where the book does not say it. */
  personIn(ledger: LedgerId): PersonId | null;
}

/** What the book says of a ledger; what its membership says is added by whoever knows that. */
export type LedgerSums = Omit<LedgerSummaryView, 'role' | 'barred'>;

export interface LedgerQueries {
  /** Undefined as long as nothing says what the ledger is, and for one that this device is not in. */
  find(ledger: LedgerId): LedgerRow | undefined;
  /** Those that are shown as ledgers. */
  all(): LedgerRow[];
  /** And the person's own, and those between two contacts. */
  everything(): LedgerRow[];
  /** Who this device is in a ledger of which nothing else may be known yet. */
  deviceIn(ledger: LedgerId): DeviceId | undefined;
  summary(row: LedgerRow): LedgerSums;
  persons(row: LedgerRow): PersonView[];
  person(row: LedgerRow, person: PersonId): PersonRow | undefined;
  /** Ids of people by the store's own numbers, with those who are named by entries only. */
  personIds(row: LedgerRow): Map<number, PersonId>;
  names(row: LedgerRow): Map<PersonId, string>;
  /** Most used first. */
  used(row: LedgerRow, what: 'currency' | 'category'): string[];
  devices(row: LedgerRow): { id: DeviceId; name: string; person: PersonId }[];
  balancesOf(person: number): MoneyView[];
  waiting(row: LedgerRow): number;
  /** Whether the relay has all that says what the ledger is and who is in it: only then can somebody join. */
  isAtRelay(row: LedgerRow): boolean;
}

interface Counts {
  entries: number;
  conflicts: number;
  people: number;
  lastDate: string | null;
}

const COLUMNS = `ledger.key, ledger.id, ledger_view.name, template, currency, simplify, ledger.device, device.person AS me, person.key AS meKey
  FROM ledger JOIN ledger_view ON ledger_view.ledger = ledger.key
  LEFT JOIN device ON device.ledger = ledger.key AND device.id = ledger.device
  LEFT JOIN person ON person.ledger = ledger.key AND person.id = device.person`;

/** A person of whom only the id has arrived yet. */
export const namelessPerson = (person: PersonId): string => `? ${person.slice(0, 6)}`;

const ALL_LISTED: LedgerGrounds = { isListed: () => true, personIn: () => null };

export function createLedgerQueries(reader: Reader, { isListed, personIn }: LedgerGrounds = ALL_LISTED): LedgerQueries {
  const find = reader.prepare<[string], LedgerRow>(`SELECT ${COLUMNS} WHERE ledger.id = ${GIVEN}`);
  const everything = reader.prepare<[], LedgerRow>(`SELECT ${COLUMNS} ORDER BY ledger.key`);
  const deviceIn = reader.prepare<[string], DeviceId | null>('SELECT device FROM ledger WHERE id = ?').pluck();
  const counts = reader.prepare<[{ ledger: number }], Counts>(
    `SELECT coalesce((SELECT active FROM ledger_total WHERE ledger = :ledger), 0) AS entries,
     coalesce((SELECT conflicts FROM ledger_total WHERE ledger = :ledger), 0) AS conflicts,
     (SELECT count(*) FROM person WHERE ledger = :ledger AND state = 'active') AS people,
     (SELECT max(date) FROM ledger_day WHERE ledger = :ledger) AS lastDate`,
  );
  const waiting = reader.prepare<[number], number>('SELECT waiting FROM ledger WHERE key = ?').pluck();
  const waitingRoot = reader.prepare<[number, string], number>(
    `SELECT EXISTS (SELECT 1 FROM change WHERE change.document = document.key AND waiting = 1) FROM document WHERE ledger = ? AND id = ?`,
  ).pluck();
  const balances = reader.prepare<[number], MoneyView>(
    'SELECT currency, sum(effect) AS amount FROM person_total WHERE person = ? GROUP BY currency HAVING amount <> 0 ORDER BY currency',
  );
  const persons = reader.prepare<[number], PersonRow>(
    'SELECT key, id, name, state FROM person WHERE ledger = ? AND name IS NOT NULL ORDER BY place',
  );
  const person = reader.prepare<[number, string], PersonRow>('SELECT key, id, name, state FROM person WHERE ledger = ? AND id = ? AND name IS NOT NULL');
  const personIds = reader.prepare<[number], { key: number; id: string; name: string | null }>('SELECT key, id, name FROM person WHERE ledger = ?');
  const devices = reader.prepare<[number], { id: DeviceId; name: string; person: PersonId }>('SELECT id, name, person FROM device WHERE ledger = ? ORDER BY name, id');
  const used = reader.prepare<[number, string], string>('SELECT name FROM ledger_use WHERE ledger = ? AND what = ? ORDER BY entries DESC, name').pluck();

  /** Somebody who only looks on cannot write in the book who they are. */
  function complete(row: LedgerRow): LedgerRow {
    if (row.me !== null) return row;
    const me = personIn(row.id);
    return me === null ? row : { ...row, me, meKey: person.get(row.key, me)?.key ?? null };
  }

  const queries: LedgerQueries = {
    find(ledger) {
      const row = isListed(ledger) ? find.get(ledger) : undefined;
      return row && complete(row);
    },
    all: () => queries.everything().filter(({ template }) => isListedTemplate(template)),
    everything: () => everything.all().filter(({ id }) => isListed(id)).map(complete),
    deviceIn: (ledger) => deviceIn.get(ledger) ?? undefined,
    summary(row) {
      const { entries, conflicts, people, lastDate } = counts.get({ ledger: row.key }) ?? { entries: 0, conflicts: 0, people: 0, lastDate: null };
      const { id, name, template, currency, me, meKey } = row;
      const mine = meKey === null ? [] : queries.balancesOf(meKey);
      return { id, name, template, currency, me, people, entries, balances: mine, conflicts, waiting: queries.waiting(row), lastDate };
    },
    persons(row) {
      const all = queries.devices(row);
      return persons.all(row.key).map(({ id, name, state }) => ({
        id, name, state,
        me: id === row.me,
        devices: all.filter((one) => one.person === id).map((one) => ({ id: one.id, name: one.name, mine: one.id === row.device })),
      }));
    },
    person: (row, id) => person.get(row.key, id),
    personIds: (row) => new Map(personIds.all(row.key).map(({ key, id }) => [key, id])),
    names: (row) => new Map(personIds.all(row.key).map(({ id, name }) => [id, name ?? namelessPerson(id)])),
    used: (row, what) => used.all(row.key, what),
    devices: (row) => devices.all(row.key),
    balancesOf: (key) => balances.all(key),
    waiting: (row) => waiting.get(row.key) ?? 0,
    isAtRelay: (row) => waitingRoot.get(row.key, row.id) === 0,
  };
  return queries;
}
