/** Two people and all that the app can do, with words, names and amounts that can be told from everything else. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Output } from '#contract/api.ts';
import type { EntryDraft } from '#domain/entry.ts';
import { bodyToDraft } from '#domain/entry-rules.ts';
import { createIds } from '#main/ids.ts';
import { untilSame, valueOf, viewOf } from '#tests/people.ts';
import type { Cast, Player } from './cast.ts';
import { sellByTap } from './counter-story.ts';
import { callEachOther } from './call-story.ts';
import { talk } from './chat-story.ts';
import { attach } from './file-story.ts';
import { lend } from './iou-story.ts';
import type { Vocabulary } from './needles.ts';

export interface Told {
  /** Codes, and what stands for the people: nobody but them should ever have it. */
  readonly codes: readonly string[];
  readonly phrases: readonly (readonly string[])[];
  /** Writes entries of these amounts, each when the one before is at the relay. */
  writeOneByOne(amounts: readonly number[]): Promise<void>;
}

interface Stage {
  readonly cast: Cast;
  readonly say: Vocabulary;
  /** The address that everybody knows the relay by. */
  readonly relay: string;
  readonly codes: string[];
}
interface Book {
  readonly ledger: string;
  readonly me: string;
  readonly people: readonly string[];
}

const newId = createIds(randomBytes).next;
const PICTURE = `data:image/png;base64,${randomBytes(300).toString('base64')}`;

async function setUp({ cast, say, relay }: Stage): Promise<Player> {
  const player = await cast.open(say.personName());
  const { client } = player;
  valueOf(await client.call('profile.setUp', { name: say.personName(), language: 'en' }));
  valueOf(await client.call('sync.setRelay', { url: relay }));
  return player;
}

function toDraft({ say }: Stage, { me, people }: Pick<Book, 'me' | 'people'>, changed: Partial<EntryDraft> = {}): EntryDraft {
  const amount = say.amount();
  return {
    kind: 'expense', date: '2026-11-20', description: `${say.word()} ${say.word()}`, category: 'dining', note: '', currency: 'EUR', amount,
    payers: [{ person: me, amount }],
    split: { mode: 'equal', parts: [me, ...people].map((person) => ({ person, value: 1 })) },
    ...changed,
  };
}

async function add(stage: Stage, { client }: Player, book: Book, changed?: Partial<EntryDraft>): Promise<string> {
  const entry = newId();
  valueOf(await client.call('entries.add', { ledger: book.ledger, entry, draft: toDraft(stage, book, changed) }));
  return entry;
}

async function begin(stage: Stage, { client }: Player): Promise<Book> {
  const { say } = stage;
  const created = valueOf(await client.call('ledgers.create', { name: say.personName(), template: 'roommates', currency: 'EUR', people: [say.personName(), say.personName()] }));
  const view = await viewOf(client, 'ledgers.get', { ledger: created.ledger });
  return { ...created, people: view?.persons.filter(({ me }) => !me).map(({ id }) => id) ?? [] };
}

async function editBook(stage: Stage, { client }: Player, { ledger }: Book): Promise<void> {
  const { say } = stage;
  valueOf(await client.call('ledgers.update', { ledger, name: say.personName(), simplify: false }));
  const { person } = valueOf(await client.call('people.add', { ledger, name: say.personName() }));
  valueOf(await client.call('people.rename', { ledger, person, name: say.personName() }));
  valueOf(await client.call('people.archive', { ledger, person, archived: true }));
}

/** Entries of all kinds, with all that can become of one. */
async function keepBook(stage: Stage, player: Player, book: Book): Promise<void> {
  const { client } = player;
  const { say } = stage;
  const { ledger, me, people: [other = ''] } = book;
  for (const kind of ['expense', 'income', 'refund'] as const) await add(stage, player, book, { kind, note: `${say.word()}\n${say.word()}`, category: say.word() });
  await add(stage, player, book, { kind: 'transfer', split: { mode: 'equal', parts: [{ person: other, value: 1 }] } });
  await add(stage, player, book, { split: { mode: 'shares', parts: [{ person: me, value: 150 }, { person: other, value: 100 }] } });
  await add(stage, player, book, { split: { mode: 'percent', parts: [{ person: me, value: 2_500 }, { person: other, value: 7_500 }] } });
  const part = say.amount();
  const whole = part + say.amount();
  await add(stage, player, book, { amount: whole, payers: [{ person: me, amount: whole }], split: { mode: 'exact', parts: [{ person: me, value: part }, { person: other, value: whole - part }] } });

  const entry = await add(stage, player, book);
  const { current, body } = (await viewOf(client, 'entries.get', { ledger, entry }))!;
  valueOf(await client.call('entries.edit', { ledger, entry, prev: current, draft: { ...bodyToDraft(body, entry), note: say.word() } }));
  valueOf(await client.call('entries.void', { ledger, entry }));
  valueOf(await client.call('entries.restore', { ledger, entry }));
  valueOf(await client.call('entries.undo', { ledger }));
  valueOf(await client.call('entries.redo', { ledger }));
  valueOf(await client.call('settlements.record', { ledger, entry: newId(), from: other, to: me, amount: say.amount(), currency: 'EUR', date: '2026-11-20', note: say.word() }));

  const page = await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 10, filter: { text: body.description.split(' ')[0] } });
  if (page.total !== 1) throw new Error('an entry is found by its own word');
  const search = valueOf(await client.call('entries.search', { text: body.description, limit: 10 }));
  if (search.hits.length !== 1) throw new Error('an entry is found in all ledgers by its own words');
  await viewOf(client, 'balances.get', { ledger });
  await viewOf(client, 'balances.explain', { ledger, person: me, currency: 'EUR', offset: 0, limit: 50 });
  await viewOf(client, 'charts.get', { ledger, currency: 'EUR', from: '2026-01-01', to: '2026-12-31' });
}

async function importFile({ say }: Stage, { client }: Player, ledger: string): Promise<void> {
  const [one, other] = [say.personName(), say.personName()];
  const money = (amount: number): string => `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
  const rows = Array.from({ length: 10 }, (_, index) => {
    const amount = say.amount();
    return `2026-03-${10 + index},${say.word()} ${say.word()},Dining out,${money(amount)},EUR,${money(amount)},-${money(amount)}`;
  });
  const content = Buffer.from(`Date,Description,Category,Cost,Currency,${one},${other}\n${rows.join('\n')}\n`).toString('base64');
  const look = async () => valueOf(await client.call('imports.preview', { ledger, name: `${say.word()}.csv`, content }));
  await look();
  valueOf(await client.call('imports.cancel', {}));
  const shown = await look();
  await viewOf(client, 'imports.progress', {}, ({ phase }) => phase === 'previewed');
  valueOf(await client.call('imports.commit', { import: shown.import, into: { ledger }, people: shown.matches, withoutProblems: false }));
}

/** Somebody comes into a book by a link or a code, as the person in it or as somebody new. */
async function join(stage: Stage, host: Player, ledger: string, guest: Player, by: 'link' | 'code', terms: { history?: 'start' | 'joining' } = {}): Promise<string | null> {
  const invite = valueOf(await host.client.call('sharing.invite', { ledger, ...terms }));
  stage.codes.push(invite.code ?? '');
  const preview = valueOf(await guest.client.call('sharing.open', { invite: by === 'link' ? invite.link : (invite.code ?? '') }));
  const joined = valueOf(await guest.client.call('sharing.join', { ticket: preview.ticket, as: { name: stage.say.personName() } }));
  return joined.me;
}

async function disagree(stage: Stage, one: Player, other: Player, book: Book): Promise<void> {
  const { ledger } = book;
  const entry = await add(stage, one, book);
  await untilSame(one.client, other.client, ledger);
  for (const { client } of [one, other]) valueOf(await client.call('sync.setPaused', { paused: true }));
  const { current } = (await viewOf(one.client, 'entries.get', { ledger, entry }))!;
  for (const { client } of [one, other]) valueOf(await client.call('entries.edit', { ledger, entry, prev: current, draft: toDraft(stage, book) }));
  for (const { client } of [one, other]) valueOf(await client.call('sync.setPaused', { paused: false }));
  await untilSame(one.client, other.client, ledger);
  const { conflict } = (await viewOf(one.client, 'entries.get', { ledger, entry }))!;
  valueOf(await one.client.call('entries.resolve', { ledger, entry, revision: conflict[1]?.id ?? '' }));
  await untilSame(one.client, other.client, ledger);
}

async function becomeContacts(stage: Stage, one: Player, other: Player): Promise<void> {
  const { say } = stage;
  for (const { client } of [one, other]) valueOf(await client.call('identity.update', { realName: say.personName(), showRealName: true, picture: PICTURE }));
  const invite = valueOf(await one.client.call('contacts.invite', {}));
  stage.codes.push(invite.code ?? '');
  const preview = valueOf(await other.client.call('sharing.open', { invite: invite.code ?? '' }));
  valueOf(await other.client.call('sharing.join', { ticket: preview.ticket, as: null }));
  const [contact] = await viewOf(one.client, 'contacts.list', {}, (contacts) => contacts.some(({ ledger, realName }) => ledger !== null && realName !== null));
  const root = contact?.root ?? '';
  valueOf(await one.client.call('contacts.update', { root, petname: say.personName(), showRealName: 'always' }));
  valueOf(await one.client.call('contacts.words', { root }));
  valueOf(await one.client.call('contacts.verify', { root, how: 'vouched', note: `${say.word()} ${say.personName()}` }));
}

const memberOf = async ({ client }: Player, ledger: string, isWanted: (member: Output<'members.get'>['members'][number]) => boolean): Promise<string> => {
  const { members } = await viewOf(client, 'members.get', { ledger }, (view) => view.members.some(isWanted));
  return members.find(isWanted)?.member ?? '';
};

const upload = async ({ client }: Player, path: string): Promise<string> =>
  valueOf(await client.call('files.upload', { file: null, piece: readFileSync(path).toString('base64') })).file;

/** What one has written goes to another in a file. */
async function carry(from: Player, to: Player): Promise<void> {
  const { path } = valueOf(await from.client.call('files.exportChanges', { folder: from.profile }));
  valueOf(await to.client.call('files.importChanges', { file: await upload(to, path) }));
}

/** Everything goes to a new machine in a backup. */
async function moveHouse({ cast, say }: Stage, from: Player): Promise<Player> {
  const passphrase = `${say.word()} ${say.word()}`;
  const { path } = valueOf(await from.client.call('files.backUp', { folder: from.profile, passphrase }));
  const fresh = await cast.open(say.personName());
  valueOf(await fresh.client.call('files.restore', { file: await upload(fresh, path), passphrase, language: 'en' }));
  return fresh;
}

/** Another loses the right to write while away, and gets it again; what they wrote meanwhile comes by a file, too late, and is let in. */
async function changeRoles(stage: Stage, owner: Player, other: Player, book: Book): Promise<void> {
  const { ledger } = book;
  const member = await memberOf(owner, ledger, ({ me }) => !me);
  valueOf(await other.client.call('sync.setPaused', { paused: true }));
  await add(stage, other, book);
  valueOf(await owner.client.call('members.setRole', { ledger, member, role: 'viewer' }));
  await carry(other, owner);
  valueOf(await other.client.call('sync.setPaused', { paused: false }));
  await viewOf(other.client, 'members.get', { ledger }, ({ refused }) => refused === 1);
  await viewOf(owner.client, 'members.get', { ledger }, ({ refused }) => refused === 1);
  const { changes } = valueOf(await owner.client.call('members.refused', { ledger }));
  valueOf(await owner.client.call('members.accept', { ledger, hashes: changes.map(({ hash }) => hash) }));
  valueOf(await owner.client.call('members.setRole', { ledger, member, role: 'editor' }));
  valueOf(await owner.client.call('members.changeKey', { ledger }));
  const { hash } = valueOf(await owner.client.call('members.otherLine', { ledger }));
  valueOf(await owner.client.call('members.followRelay', { ledger, hash }));
  await untilSame(owner.client, other.client, ledger);
}

async function partWays(stage: Stage, owner: Player, other: Player): Promise<void> {
  const [removed, left] = [await begin(stage, owner), await begin(stage, owner)];
  for (const [book, history] of [[removed, 'joining'], [left, 'start']] as const) {
    await add(stage, owner, book);
    await join(stage, owner, book.ledger, other, 'link', { history });
    await add(stage, other, book);
    await viewOf(owner.client, 'ledgers.get', { ledger: book.ledger }, (view) => view?.entries === 2);
  }
  const { key } = valueOf(await owner.client.call('sharing.invite', { ledger: left.ledger }));
  valueOf(await owner.client.call('members.withdrawInvite', { ledger: left.ledger, key }));
  valueOf(await other.client.call('people.claim', { ledger: left.ledger, person: left.people[0] ?? '' }));
  valueOf(await other.client.call('people.enter', { ledger: left.ledger, name: stage.say.personName() }));
  valueOf(await owner.client.call('members.remove', { ledger: removed.ledger, member: await memberOf(owner, removed.ledger, ({ me }) => !me) }));
  valueOf(await other.client.call('members.leave', { ledger: left.ledger }));
  for (const book of [removed, left]) {
    // Sealed with a key that whoever is gone does not get.
    await add(stage, owner, book);
    await viewOf(owner.client, 'ledgers.get', { ledger: book.ledger }, (view) => view?.waiting === 0);
    const { epoch } = await viewOf(owner.client, 'members.get', { ledger: book.ledger });
    if (epoch === 0) throw new Error('somebody is gone and the key is the same');
  }
}

async function pair(stage: Stage, present: Player): Promise<Player> {
  const { cast, say } = stage;
  const fresh = await cast.open(say.personName());
  valueOf(await present.client.call('devices.pair', {}));
  valueOf(await present.client.call('devices.cancelPairing', {}));
  valueOf(await present.client.call('devices.pair', {}));
  const { link, code } = await viewOf(present.client, 'devices.pairing', {}, (view) => view.link !== null);
  stage.codes.push(code ?? '');
  valueOf(await fresh.client.call('devices.join', { invite: link ?? '', relay: null, language: 'zh-CN' }));
  await Promise.all([present, fresh].map(({ client }) => viewOf(client, 'devices.pairing', {}, ({ state }) => state === 'compare')));
  for (const { client } of [present, fresh]) valueOf(await client.call('devices.confirmPairing', {}));
  await Promise.all([present, fresh].map(({ client }) => viewOf(client, 'devices.pairing', {}, ({ state }) => state === 'done')));
  return fresh;
}

const arriveAt = async ({ client }: Player, ledger: string): Promise<void> => void (await viewOf(client, 'ledgers.get', { ledger }, (view) => view?.me != null && view.entries > 0));

const takeUpTo = (count: number, left: number, next: () => string): string[] => Array.from({ length: Math.min(count, left) }, next);

/** All of it, on the relay at this address. */
/** `hasRouter`: whether calls go through the relay. */
export async function tellStory(cast: Cast, say: Vocabulary, relay: string, hasRouter: boolean): Promise<Told> {
  const stage: Stage = { cast, say, relay, codes: [] };
  const [ann, bob] = [await setUp(stage), await setUp(stage)];
  const phrases = await Promise.all([ann, bob].map(async ({ client }) => valueOf(await client.call('identity.phrase', {})).words));
  await viewOf(ann.client, 'profile.get', {}, ({ state }) => state === 'ready');
  await viewOf(ann.client, 'identity.get', {}, (identity) => identity?.phrase === 'here');

  const book = await begin(stage, ann);
  await viewOf(ann.client, 'ledgers.list', {}, (ledgers) => ledgers.length === 1);
  await editBook(stage, ann, book);
  await keepBook(stage, ann, book);
  const bobInBook = await join(stage, ann, book.ledger, bob, 'link');
  await untilSame(ann.client, bob.client, book.ledger);
  const bobsBook: Book = { ledger: book.ledger, me: bobInBook ?? '', people: [book.me] };
  await keepBook(stage, bob, bobsBook);
  await importFile(stage, ann, book.ledger);
  await disagree(stage, ann, bob, bobsBook);
  await talk({ one: ann, other: bob, ledger: book.ledger, about: await add(stage, ann, book), sentence: () => `${say.word()} ${say.personName()} ${say.word()}`, newId });
  stage.codes.push(...await callEachOther({ one: ann, other: bob, ledger: book.ledger, about: await add(stage, ann, book), hasRouter, newId }));
  await attach({ one: ann, other: bob, ledger: book.ledger, about: await add(stage, ann, book), word: say.word, newId });
  stage.codes.push(await sellByTap({ cast, say, relay, customer: bob, newId }));
  await changeRoles(stage, ann, bob, bobsBook);
  await becomeContacts(stage, ann, bob);
  await lend({ lender: ann, borrower: bob, say, newId });
  await partWays(stage, ann, bob);

  const tablet = await pair(stage, ann);
  await arriveAt(tablet, book.ledger);
  await add(stage, tablet, book);
  valueOf(await tablet.client.call('profile.update', { name: say.personName(), deviceName: say.personName() }));
  const laptop = await cast.open(say.personName());
  valueOf(await laptop.client.call('identity.restore', { phrase: phrases[0]?.join(' ') ?? '', relay, language: 'en' }));
  await arriveAt(laptop, book.ledger);
  await add(stage, laptop, book);
  const desk = await moveHouse(stage, bob);
  await arriveAt(desk, book.ledger);
  const devices = await viewOf(laptop.client, 'devices.list', {}, (all) => all.filter(({ state }) => state === 'active').length === 3);
  const { device } = cast.keysOf(tablet);
  if (device.seed === '') throw new Error('a device has a seed');
  const lost = devices.find(({ mine }) => !mine)?.device ?? '';
  valueOf(await laptop.client.call('devices.revoke', { device: lost }));
  valueOf(await laptop.client.call('identity.confirmPhrase', { words: [1, 7, 24].map((number) => ({ number, word: phrases[0]?.[number - 1] ?? '' })) }));
  valueOf(await laptop.client.call('identity.forgetPhrase', {}));

  for (const isLeft = () => Object.values(say.left()).some((count) => count > 0); isLeft(); ) {
    const { words, names, amounts } = say.left();
    const amount = amounts > 0 ? say.amount() : 1_000;
    const [description, note] = [takeUpTo(2, words, say.word), takeUpTo(2, names, say.personName)].map((taken) => taken.join(' '));
    const draft: EntryDraft = {
      kind: 'expense', date: '2026-11-21', description: description ?? '', category: 'dining', note: note ?? '', currency: 'EUR', amount,
      payers: [{ person: book.me, amount }], split: { mode: 'equal', parts: [{ person: book.me, value: 1 }] },
    };
    valueOf(await laptop.client.call('entries.add', { ledger: book.ledger, entry: newId(), draft }));
  }
  await untilSame(laptop.client, bob.client, book.ledger);
  await viewOf(bob.client, 'sync.state', {}, ({ waiting, connection }) => waiting === 0 && connection === 'online');
  await viewOf(bob.client, 'sync.quarantine', {});
  await viewOf(bob.client, 'sync.documents', { ledger: book.ledger }, ({ documents }) => documents.length > 1);
  await viewOf(bob.client, 'sync.relaySees', {}, ({ ledgers }) => ledgers.some(({ frames }) => frames.length > 0));
  return {
    codes: stage.codes.filter((code) => code !== ''),
    phrases,
    async writeOneByOne(amounts) {
      const { ledger, me } = book;
      for (const amount of amounts) {
        const draft: EntryDraft = {
          kind: 'expense', date: '2026-11-22', description: 'Dinner', category: 'dining', note: '', currency: 'EUR', amount,
          payers: [{ person: me, amount }], split: { mode: 'equal', parts: [me, ...book.people].map((person) => ({ person, value: 1 })) },
        };
        valueOf(await laptop.client.call('entries.add', { ledger, entry: newId(), draft }));
        await viewOf(laptop.client, 'ledgers.get', { ledger }, (view) => view?.waiting === 0);
      }
    },
  };
}
