/** Whatever comes over a wire gets a code, never `internal`, and changes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, type Operation } from '#contract/api.ts';
import { createClient, type Client } from '#contract/client.ts';
import { ERROR_CODES } from '#contract/errors.ts';
import type { Wire } from '#contract/rpc.ts';
import { valueOf, viewOf } from '#tests/people.ts';
import { beginBook, newId, type Book } from './book.ts';
import { newProfile, openInMemory, removeProfile, type OpenedCore } from './open.ts';

let profile: string;
let core: OpenedCore;
let client: Client;
let wire: Wire;
let book: Book;
let lastId = 1_000;
const waiting = new Map<number, (answer: { type: string; code?: string; path?: unknown }) => void>();

beforeAll(async () => {
  profile = newProfile();
  core = await openInMemory(profile);
  client = createClient(await core.connect());
  book = await beginBook(client);
  wire = await core.connect();
  wire.onMessage((message) => {
    const { type, id, error } = message as { type: string; id: number; error?: { code: string; details?: { path?: string } } };
    waiting.get(id)?.({ type, ...(error && { code: error.code }), ...(error?.details?.path !== undefined && { path: error.details.path }) });
    waiting.delete(id);
  });
});
afterAll(async () => {
  await core.close();
  removeProfile(profile);
});

/** Sends a request as it is and answers with what comes first. */
function ask(operation: string, input: unknown): Promise<{ type: string; code?: string; path?: unknown }> {
  lastId += 1;
  const id = lastId;
  const type = operation in api ? api[operation as Operation].kind : 'call';
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    wire.send({ type, id, operation, input });
  });
}

const operations = Object.keys(api) as Operation[];
const NOWHERE = '0'.repeat(32);

/** Inputs that no operation takes. */
const NONSENSE: [string, unknown][] = [
  ['nothing', undefined], ['null', null], ['a list', []], ['a text', 'x'], ['a number', 7], ['true', true],
  ['a surplus field', { surplus: 1 }],
  ['a field __proto__ and a surplus one', JSON.parse('{"__proto__": {"ledger": "x"}, "surplus": 1}')],
  ['a field constructor', JSON.parse('{"constructor": {"prototype": {}}}')],
  ['deep nesting', { ledger: Array.from({ length: 500 }).reduce<unknown>((inner) => ({ inner }), null) }],
];

describe('every operation', () => {
  it.each(operations)('%s refuses nonsense', async (operation) => {
    for (const [what, input] of NONSENSE) {
      const answer = await ask(operation, input);
      expect(answer, `${operation} given ${what}`).toMatchObject({ type: 'failed' });
      expect(ERROR_CODES.filter((code) => code !== 'internal'), `${operation} given ${what}`).toContain(answer.code);
    }
  });

  it.each(operations.filter((name) => 'ledger' in (api[name].input.shape ?? {}) && api[name].kind === 'call'))('%s knows no ledger that is not there', async (operation) => {
    const draft = book.expense(100);
    const input: Record<string, unknown> = {
      ledger: NOWHERE, entry: newId(), person: book.me, name: 'X', archived: true, prev: [NOWHERE], revision: NOWHERE, draft,
      from: book.me, to: book.bob, amount: 5, currency: 'EUR', date: '2026-01-01', note: '', content: '',
      member: '0'.repeat(16), role: 'viewer', key: '0'.repeat(64), hash: '0'.repeat(64), hashes: ['0'.repeat(64)],
      about: NOWHERE, message: newId(), text: 'X', upTo: NOWHERE,
      attachment: newId(), file: NOWHERE, offset: 0,
      call: newId(), screen: newId(), with: '0'.repeat(64),
      iou: NOWHERE, nonce: newId(), other: '0'.repeat(64), mine: 'lender', purpose: 'X', lent: '2026-01-01', due: '2026-02-01', repayment: '0'.repeat(64),
    };
    const fields = Object.keys(api[operation].input.shape);
    const answer = await ask(operation, Object.fromEntries(fields.filter((field) => field in input).map((field) => [field, input[field]])));
    expect(answer).toMatchObject({ type: 'failed', code: 'not_found' });
  });
});

describe('messages that are no requests', () => {
  it('are answered where they have a number, and end the connection where they have none', async () => {
    const other = await core.connect();
    const answer = new Promise((resolve) => void other.onMessage(resolve));
    const closed = new Promise((resolve) => void other.onClose(() => resolve('closed')));
    other.send({ type: 'steal', id: 3 });
    expect(await answer).toEqual({ type: 'failed', id: 3, error: { code: 'input_invalid' } });
    other.send('garbage');
    expect(await closed).toBe('closed');
  });
});

describe('an entry', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['a date that does not exist', { date: '2026-02-30' }, 'date_invalid'],
    ['a date in another form', { date: '30.1.2026' }, 'date_invalid'],
    ['a year nobody means', { date: '0026-01-01' }, 'date_invalid'],
    ['an unknown currency', { currency: 'EURO' }, 'currency_unknown'],
    ['a currency in small letters', { currency: 'eur' }, 'currency_unknown'],
    ['an amount of nothing', { amount: 0 }, 'amount_zero'],
    ['a negative amount', { amount: -5 }, 'amount_out_of_range'],
    ['half a cent', { amount: 0.5 }, 'amount_invalid'],
    ['an amount beyond safe integers', { amount: 1e21 }, 'amount_out_of_range'],
    ['an amount a thousand times too large', { amount: 10_000_000_000_001 }, 'amount_out_of_range'],
    ['an amount as text', { amount: '１００' }, 'input_invalid'],
    ['NaN, which JSON makes null', { amount: null }, 'input_invalid'],
    ['a description with a control character', { description: 'Din\u0000ner' }, 'text_harmful'],
    ['a description that turns what follows round', { description: 'abc\u202egpj.exe' }, 'text_harmful'],
    ['a description of two lines', { description: 'Dinner\n2026-01-01 Paid' }, 'text_harmful'],
    ['half a surrogate pair', { description: 'a\ud800b' }, 'text_harmful'],
    ['a description without end', { description: 'x'.repeat(201) }, 'input_invalid'],
    ['an unknown kind', { kind: 'theft' }, 'input_invalid'],
    ['nobody who paid', { payers: [] }, 'input_invalid'],
    ['a stranger who paid', { payers: [{ person: NOWHERE, amount: 100 }] }, 'person_unknown'],
    ['payers who paid too little', { amount: 200 }, 'payers_sum_differs'],
    ['nobody to share', { split: { mode: 'equal', parts: [] } }, 'input_invalid'],
    ['shares given by hand', { shares: [] }, 'input_invalid'],
  ];
  it.each(cases)('with %s', async (_, changed, code) => {
    const answer = await ask('entries.add', { ledger: book.ledger, entry: newId(), draft: { ...book.expense(100), ...changed } });
    expect(answer).toMatchObject({ type: 'failed', code });
  });

  it('says where it is wrong', async () => {
    const answer = await ask('entries.add', { ledger: book.ledger, entry: newId(), draft: { ...book.expense(100), date: '2026-13-01' } });
    expect(answer.path).toBe('draft.date');
  });

  it('with percentages and parts that do not fit', async () => {
    const { me, bob } = book;
    const split = (mode: string, ...values: number[]) => ({ mode, parts: [me, bob].map((person, index) => ({ person, value: values[index] })) });
    const code = async (changed: Record<string, unknown>) => (await ask('entries.add', { ledger: book.ledger, entry: newId(), draft: { ...book.expense(100), ...changed } })).code;
    expect(await code({ split: split('exact', 60, 50) })).toBe('split_sum_differs');
    expect(await code({ split: split('percent', 5_000, 4_999) })).toBe('split_percent_differs');
    expect(await code({ split: split('shares', 0, 0) })).toBe('split_shares_zero');
    expect(await code({ split: split('exact', 110, -10) })).toBe('split_part_negative');
    expect(await code({ kind: 'transfer' })).toBe('transfer_needs_one_recipient');
    expect(await code({ kind: 'transfer', split: { mode: 'equal', parts: [{ person: me, value: 1 }] } })).toBe('transfer_to_self');
  });

  it('that is not there can be neither edited nor voided nor resolved', async () => {
    const { ledger } = book;
    const entry = newId();
    expect((await ask('entries.edit', { ledger, entry, prev: [newId()], draft: book.expense(5) })).code).toBe('not_found');
    for (const operation of ['entries.void', 'entries.restore']) expect((await ask(operation, { ledger, entry })).code).toBe('not_found');
    expect((await ask('entries.resolve', { ledger, entry, revision: newId() })).code).toBe('not_found');
    expect(await viewOf(client, 'entries.get', { ledger, entry })).toBeNull();
  });
});

describe('a name', () => {
  const names: [string, string, string][] = [
    ['empty', '', 'name_empty'], ['of spaces', '   ', 'name_empty'], ['with a control character', 'An\u0007n', 'text_harmful'],
    ['with a right-to-left override', 'Ann\u202eboB', 'text_harmful'], ['with a mark for byte order', '\ufeffAnn', 'text_harmful'],
    ['with a line break', 'Ann\rBob', 'text_harmful'], ['with another', 'Ann\nBob', 'text_harmful'], ['with a third', 'Ann\u2028Bob', 'text_harmful'],
    ['of signs that show nothing', '\u200b\u3164\u00ad\u0301', 'name_empty'], ['without end', 'x'.repeat(81), 'input_invalid'],
  ];
  it.each(names)('%s is refused everywhere', async (_, name, code) => {
    const { ledger, me } = book;
    const inputs: [string, object][] = [
      ['people.add', { ledger, name }], ['people.rename', { ledger, person: me, name }], ['ledgers.update', { ledger, name }],
      ['ledgers.create', { name, template: 'plain', currency: 'EUR', people: [] }], ['ledgers.create', { name: 'Flat', template: 'plain', currency: 'EUR', people: [name] }],
      ['profile.update', { name }], ['profile.update', { deviceName: name }], ['profile.setUp', { name, language: 'en' }],
    ];
    for (const [operation, input] of inputs) expect(await ask(operation, input), operation).toMatchObject({ type: 'failed', code });
  });

  it('in any script and with joined emoji is welcome', async () => {
    const { ledger } = book;
    for (const name of ['李小龙', 'Žofie Ångström', 'محمد', 'O’Brien <b>&amp;</b>', '👩‍👧', "Robert'); DROP TABLE entry;--"]) {
      const { person } = valueOf(await client.call('people.add', { ledger, name }));
      const view = await viewOf(client, 'ledgers.get', { ledger });
      expect(view?.persons.find(({ id }) => id === person)?.name).toBe(name);
    }
  });
});

describe('other inputs', () => {
  it('a person with a balance is not archived', async () => {
    await book.add(100);
    const { ledger, bob } = book;
    expect((await ask('people.archive', { ledger, person: bob, archived: true })).code).toBe('person_in_use');
    expect((await ask('people.archive', { ledger, person: NOWHERE, archived: true })).code).toBe('person_unknown');
  });

  it('nobody becomes a person who is not in the ledger', async () => {
    const { ledger, me } = book;
    expect((await ask('people.claim', { ledger, person: NOWHERE })).code).toBe('person_unknown');
    expect((await viewOf(client, 'ledgers.get', { ledger }))?.me).toBe(me);
  });

  it('a settlement of half a cent is no amount', async () => {
    const { ledger, me, bob } = book;
    const answer = await ask('settlements.record', { ledger, entry: newId(), from: bob, to: me, amount: 10.5, currency: 'EUR', date: '2026-01-01', note: '' });
    expect(answer).toMatchObject({ type: 'failed', code: 'amount_invalid', path: 'amount' });
  });

  it.each(['http://relay.example', 'javascript:alert(1)', 'relay', '', 'ws://user:password@relay.example', 'ws://relay.example/#x', 'wss://'])('%s is no relay', async (url) => {
    expect((await ask('sync.setRelay', { url })).code).toMatch(/^relay_url_invalid$/);
  });

  it('a search for operators and quotes finds nothing and breaks nothing', async () => {
    for (const text of ['"', '*', 'AND OR NOT', 'a" OR "b', '(', '-x', 'NEAR(a b)', '\u0000', '', '   ', '%', '晚" *']) {
      expect(await ask('entries.search', { text, limit: 10 }), text).toMatchObject({ type: text === '\u0000' ? 'failed' : 'reply' });
      const filter = { ledger: book.ledger, offset: 0, limit: 10, filter: { text } };
      expect(await ask('entries.page', filter), text).toMatchObject({ type: text === '\u0000' ? 'failed' : 'view' });
    }
  });

  it('after all of this the book is as it was', async () => {
    const page = await viewOf(client, 'entries.page', { ledger: book.ledger, offset: 0, limit: 50 });
    expect(page.rows.map(({ amount }) => amount)).toEqual([100]);
  });
});
