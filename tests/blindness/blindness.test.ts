/**
 * What a relay, its operator and whoever listens on the network get of what people write: nothing. Two people do all that
 * the app can do, in words that occur nowhere else; then the relay's disk, memory and traffic are searched for them.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { api, type Operation } from '#contract/api.ts';
import { encodeMessage, parseClientMessage, parseRelayMessage, PROTOCOL_VERSION, type ClientMessage } from '#sync/protocol/messages.ts';
import { parseFrame, paddedLength } from '#sync/protocol/frames.ts';
import { skipWithoutPostgres, startPostgres, type PostgresForTests } from '#tests/postgres.ts';
import { findMediaWorker } from '#relay/sfu/worker-for-tests.ts';
import { NEEDS_ROUTER } from './call-story.ts';
import { createCast, type Cast } from './cast.ts';
import { readMemory, whyNoMemory } from './memory.ts';
import { amountToNeedle, createVocabulary, secretToNeedle, textToNeedle, type Needle } from './needles.ts';
import { startWatchedRelay, type WatchedRelay } from './relay.ts';
import { createSearch, type Hit, type Search } from './search.ts';
import { tellStory } from './story.ts';
import { createTap, readMessages, type Tap } from './tap.ts';

const SEED = 20_261_120;
const TAG_BYTES = 16;

/** Operations that the story leaves out, and why that leaves nothing out of what a relay gets. */
const NOT_TOLD: Partial<Record<Operation, string>> = {
  'profile.salvage': 'reads what is left of a damaged disk; a relay is asked for the rest as after every start',
  'nearby.get': 'not built yet', 'nearby.setEnabled': 'not built yet',
};

/** Found in a relay's memory, disk and traffic if they are looked for as they should be: they are brought there in the clear. */
const CONTROLS: readonly Needle[] = [
  textToNeedle('qkontrolazuvitex'), textToNeedle('Xönturâlq 龘靐齉'), amountToNeedle(7_654_321_098_712), secretToNeedle('a secret', randomBytes(32)),
];
const worker = findMediaWorker('what a relay finds of calls that are answered');
const SETTING = 'qsetenukofigax';

/** Leaves the controls in the mailbox of a relay, where anybody may leave 4 kB. */
async function bringControls(port: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const say = (message: ClientMessage): void => socket.send(encodeMessage(message));
  let kept = 0;
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject).on('close', () => reject(new Error('the relay hung up'))).on('open', () => say({ type: 'hello', version: PROTOCOL_VERSION }));
    socket.on('message', (bytes: Buffer) => {
      const message = parseRelayMessage(bytes);
      if (!message.ok) return reject(new Error(message.code));
      if (message.value.type === 'challenge') {
        // One box for each, so that no page of the database ends in the middle of one.
        CONTROLS.forEach(({ spellings }, id) => say({ type: 'put', id, box: randomBytes(16).toString('hex'), bytes: Buffer.concat(spellings.flatMap(({ bytes }) => [bytes, Buffer.from([0])])), ttl: 900_000 }));
      } else if (message.value.type === 'kept') {
        kept += 1;
        if (kept === CONTROLS.length) resolve();
      } else reject(new Error('the controls are not taken'));
    });
  });
  socket.removeAllListeners('close').close();
}

/** The traffic as it was, and the messages in it without their masks. */
function searchTraffic(search: Search, tap: Tap): { sent: Buffer[]; received: Buffer[] } {
  const all = { sent: [] as Buffer[], received: [] as Buffer[] };
  for (const recording of tap.recordings()) {
    for (const direction of ['sent', 'received'] as const) {
      search.searchBytes('traffic', recording[direction]);
      const messages = readMessages(recording[direction]);
      for (const message of messages) search.searchBytes('messages', message);
      all[direction].push(...messages);
    }
  }
  return all;
}

/** The spellings of the controls that were not found in a place whose name begins so. */
const missingIn = (hits: readonly Hit[], isPlace: (place: string) => boolean): string[] =>
  CONTROLS.flatMap(({ name, spellings }) => spellings.flatMap(({ spelling }) => (hits.some((hit) => hit.needle === name && hit.spelling === spelling && isPlace(hit.place)) ? [] : [`${name} in ${spelling}`])));

/** Three words of a phrase are somebody's; a single one is English. */
const phraseToNeedles = (words: readonly string[]): Needle[] =>
  words.slice(0, -2).flatMap((_, index) => [' ', '","'].map((between) => textToNeedle(words.slice(index, index + 3).join(between))));

let postgres: PostgresForTests | undefined;
const isWithoutPostgres = skipWithoutPostgres('the blindness of a relay on PostgreSQL');
beforeAll(async () => {
  if (!isWithoutPostgres) postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

let folder: string;
let relay: WatchedRelay | undefined;
let tap: Tap | undefined;
let cast: Cast | undefined;
afterEach(async () => {
  await cast?.close();
  await tap?.close();
  await relay?.end();
  [cast, tap, relay] = [undefined, undefined, undefined];
  rmSync(folder, { recursive: true, force: true });
});

/** Plays it all on a relay; answers what was found of it. `beforeSearch` names more folders to search. */
async function lookFor(environment: Readonly<Record<string, string>>, beforeSearch: () => readonly string[]): Promise<Hit[]> {
  relay = await startWatchedRelay(folder, environment);
  tap = await createTap(relay.port);
  cast = createCast();
  const say = createVocabulary(SEED);
  expect(say.needles).toHaveLength(500);
  // Relays that share a database have to be told which of them has the calls.
  const hasRouter = environment.RELAY_DATA !== undefined && worker !== null;
  const told = await tellStory(cast, say, `ws://127.0.0.1:${tap.port}`, hasRouter);
  expect(say.left()).toEqual({ words: 0, names: 0, amounts: 0 });

  // A feature that is new in the contract is told of too, or it is said here why not.
  const untold = (Object.keys(api) as Operation[]).filter((operation) => !cast?.used.has(operation));
  expect(untold.toSorted()).toEqual([...Object.keys(NOT_TOLD), ...(hasRouter ? [] : NEEDS_ROUTER)].toSorted());

  const secrets = cast.secrets();
  expect(secrets.length).toBeGreaterThan(40);
  const needles = [
    ...say.needles,
    ...secrets.map((bytes, index) => secretToNeedle(`secret ${index}`, bytes)),
    ...told.codes.flatMap((code) => [textToNeedle(code), textToNeedle(code.replaceAll('-', ''))]),
    ...told.phrases.flatMap(phraseToNeedles),
  ];
  await bringControls(tap.port);
  const search = createSearch([...needles, ...CONTROLS, textToNeedle(SETTING)]);
  const whyNot = whyNoMemory(relay.pid);
  const started = performance.now();
  if (whyNot) process.stderr.write(`SKIPPED: the memory of a relay was not searched: ${whyNot}\n`);
  else readMemory(relay.pid, (name) => search.stream(`memory (${name})`));
  const folders = [folder, ...beforeSearch()];
  for (const one of folders) search.searchFolder(one);
  const { sent } = searchTraffic(search, tap);
  process.stdout.write(`searched ${Math.round(search.searched() / 1e6)} MB for ${needles.length} needles in ${Math.round((performance.now() - started) / 1000)} s\n`);

  const hits = search.hits();
  const controls = new Set([...CONTROLS.map(({ name }) => name), SETTING]);
  expect(missingIn(hits, (place) => place === 'messages')).toEqual([]);
  expect(missingIn(hits, (place) => place !== 'messages' && place !== 'traffic' && !place.startsWith('memory'))).toEqual([]);
  if (!whyNot) expect(missingIn(hits, (place) => place.startsWith('memory'))).toEqual([]);
  if (environment.RELAY_DATA !== undefined) expect(hits).toContainEqual({ needle: SETTING, spelling: 'bytes', place: 'relay.log' });

  // What is sealed has one of few lengths, and an entry always the same, whatever its amount.
  const before = lengthsIn(sent);
  expect(before.length).toBeGreaterThan(50);
  expect(before.filter((length) => paddedLength(length) !== length)).toEqual([]);
  const amounts = [1, 99, 12_345, 1_234_567, 99_999_999];
  await told.writeOneByOne(amounts);
  const after = lengthsIn(tap.recordings().flatMap((recording) => readMessages(recording.sent)));
  for (const length of before) after.splice(after.indexOf(length), 1);
  // Whatever else went meanwhile was short too.
  expect(after.length).toBeGreaterThanOrEqual(amounts.length);
  expect(new Set(after)).toEqual(new Set([1_024]));
  return hits.filter(({ needle }) => !controls.has(needle));
}

/** Of what is sealed in the frames that were appended, without the tag. */
function lengthsIn(sent: readonly Buffer[]): number[] {
  const frames = sent.flatMap((bytes) => {
    const message = parseClientMessage(bytes);
    return message.ok && message.value.type === 'append' ? message.value.frames : [];
  });
  return frames.flatMap((bytes) => {
    const frame = parseFrame(bytes);
    return frame.ok ? [frame.value.ciphertext.length - TAG_BYTES] : [];
  });
}

describe('a relay finds nothing of what people write', () => {
  it('on SQLite', async () => {
    folder = mkdtempSync(join(tmpdir(), 'tallystick-blind-'));
    expect(await lookFor({ RELAY_DATA: join(folder, `${SETTING}.sqlite`) }, () => [])).toEqual([]);
  }, 240_000);

  it.skipIf(isWithoutPostgres)('on PostgreSQL', async () => {
    folder = mkdtempSync(join(tmpdir(), 'tallystick-blind-'));
    const url = postgres?.newDatabase() ?? '';
    const hits = await lookFor({ RELAY_STORE: url }, () => {
      postgres?.sql(url, 'CHECKPOINT');
      return [postgres?.sql(url, 'SHOW data_directory') ?? ''];
    });
    expect(hits).toEqual([]);
  }, 240_000);
});
