/**
 * `npm run -s bench -- sync-relay | node bench/sizing.ts`: the sizing table of docs/operating-a-relay.md, in Markdown, from
 * what that bench measured on this machine and from what a frame takes on the disk, which is measured here.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sampleDocument, sampleLedger } from '../sync-server/sample.ts';
import { createPostgresRelayStore } from '../sync-server/store.postgres.ts';
import { createSqliteRelayStore } from '../sync-server/store.sqlite.ts';
import type { FrameToAppend, RelayStore } from '../sync-server/store.ts';
import { hashId } from '../sync-server/verify.ts';
import { startPostgres, whyNoPostgres } from '../tests/postgres.ts';

/** What is not measured. Change it to what you know of your own people. */
const ASSUMED = {
  devicesOfAPerson: 2,
  /** Of all devices, at the busiest time. */
  onlineShare: 0.3,
  /** Changes that a person makes in a day: entries, edits, settlements. Each is a frame. */
  changesADay: 5,
  /** The busiest minute against the mean of the day. */
  peak: 10,
  /** Other devices that are online and hear of a change, on average. */
  listeners: 3,
  /** Processor time of one delivery, in µs: `npm run bench -- sync-fan-out` measures it. */
  deliveryMicroseconds: 20,
  /** Days until what a snapshot covers is dropped, and until somebody makes a snapshot. */
  rawDays: 30 + 15,
  /** Of a change in a snapshot, in bytes. */
  snapshotBytes: 60,
  /** Attachments that a person adds in a year, in bytes. */
  attachments: 5_000_000,
  /** What one relay should carry: half of a core, and so many connections. */
  coreShare: 0.5,
  connectionsOfARelay: 20_000,
};
const PEOPLE = [100, 1_000, 10_000, 100_000, 1_000_000];
const ENTRY_BYTES = 320;
const FRAMES = 20_000;

interface Measured {
  /** MB of a relay with nobody, and bytes of each connection. */
  readonly emptyMegabytes: number;
  readonly connectionBytes: number;
  readonly sqlite: { readonly rate: number; readonly appendMicroseconds: number; readonly frameBytes: number };
  readonly postgres: { readonly rate: number; readonly appendMicroseconds: number; readonly frameBytes: number };
}

/** Fills a store with frames of one entry each, in a hundred documents. */
async function fill(store: RelayStore): Promise<number> {
  const ledger = sampleLedger();
  const sample = ledger.frame(sampleDocument('a'), ENTRY_BYTES);
  await store.appendRecords({ ledger: ledger.id, records: 0 }, ledger.records());
  for (let count = 0; count < FRAMES; count += 100) {
    const frames = Array.from({ length: 100 }, (_, index): FrameToAppend => {
      const bytes = new Uint8Array(randomBytes(sample.length));
      return { document: index.toString(16).padStart(32, '0'), frame: hashId(bytes), bytes };
    });
    const outcome = await store.append({ ledger: ledger.id, records: 1 }, frames, 0);
    if (!outcome.ok) throw new Error(outcome.code);
  }
  return sample.length;
}

async function measureSqliteFrame(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-sizing-'));
  const data = join(folder, 'relay.sqlite');
  const store = createSqliteRelayStore({ data, newIncarnation: () => '0'.repeat(32) });
  await fill(store);
  await store.close();
  const { size } = statSync(data);
  rmSync(folder, { recursive: true });
  return size / FRAMES;
}

async function measurePostgresFrame(): Promise<number> {
  const postgres = await startPostgres();
  const url = postgres.newDatabase();
  const store = await createPostgresRelayStore({ url, newIncarnation: () => '0'.repeat(32) });
  await fill(store);
  await store.close();
  const size = Number(postgres.sql(url, "SELECT pg_total_relation_size('log')"));
  await postgres.stop();
  return size / FRAMES;
}

const format = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : value.toPrecision(2));
const formatBytes = (bytes: number): string => {
  const [unit, size] = ([['TB', 1e12], ['GB', 1e9], ['MB', 1e6]] as const).find(([, one]) => bytes >= one) ?? ['MB', 1e6];
  return `${format(bytes / size)} ${unit}`;
};

/** One row: what so many people need. */
function toRow(people: number, { emptyMegabytes, connectionBytes, sqlite, postgres }: Measured): string[] {
  const connections = people * ASSUMED.devicesOfAPerson * ASSUMED.onlineShare;
  const appends = (people * ASSUMED.changesADay * ASSUMED.peak) / 86_400;
  const fitsOne = connections <= ASSUMED.connectionsOfARelay && appends <= sqlite.rate / 2;
  const engine = fitsOne ? sqlite : postgres;
  const cores = (appends * (engine.appendMicroseconds + ASSUMED.listeners * ASSUMED.deliveryMicroseconds)) / 1e6;
  // One more than are needed, so that one may fail.
  const relays = fitsOne ? 1 : Math.max(Math.ceil(connections / ASSUMED.connectionsOfARelay), Math.ceil(cores / ASSUMED.coreShare)) + 1;
  const memory = emptyMegabytes * 1e6 + (connections / relays) * connectionBytes;
  const changes = people * ASSUMED.changesADay * 365;
  const kept = changes * ASSUMED.snapshotBytes + people * ASSUMED.changesADay * ASSUMED.rawDays * engine.frameBytes;
  return [
    format(people), format(connections), format(appends), fitsOne ? 'SQLite' : 'PostgreSQL', String(relays), format(cores), formatBytes(memory),
    formatBytes(kept), formatBytes(changes * engine.frameBytes), formatBytes(people * ASSUMED.attachments),
  ];
}
const HEAD = [
  'people', 'connections', 'appends/s at peak', 'store', 'relays', 'cores busy at peak', 'memory of each', 'disk after a year', 'the same if nobody made snapshots', 'attachments in a year',
];

function readFigures(input: string): Map<string, number> {
  const figures = input.split('\n').filter((line) => line.startsWith('{')).map((line): { name: string; value: number } => JSON.parse(line));
  return new Map(figures.map(({ name, value }) => [name, value]));
}

const missing = whyNoPostgres();
if (missing) throw new Error(missing);
const figures = readFigures(await text(process.stdin));
function figure(name: string): number {
  const value = figures.get(name);
  if (value === undefined) throw new Error(`The bench did not measure: ${name}`);
  return value;
}
const IDLE = 5_000;
const emptyMegabytes = figure('relay memory with none');
const measured: Measured = {
  emptyMegabytes,
  connectionBytes: ((figure(`relay memory with ${IDLE} idle connections`) - emptyMegabytes) * 1e6) / IDLE,
  sqlite: { rate: figure('appends with SQLite'), appendMicroseconds: figure('relay CPU per append with SQLite'), frameBytes: await measureSqliteFrame() },
  postgres: { rate: figure('appends with PostgreSQL'), appendMicroseconds: figure('relay CPU per append with PostgreSQL'), frameBytes: await measurePostgresFrame() },
};

console.log(`Measured on ${cpus().length} cores (${cpus()[0]?.model.trim()}):`);
console.log(`- ${format(emptyMegabytes)} MB for a relay with nobody, ${format(measured.connectionBytes / 1_000)} kB for each connection that waits;`);
for (const [name, { rate, appendMicroseconds, frameBytes }] of [['SQLite', measured.sqlite], ['PostgreSQL', measured.postgres]] as const) {
  console.log(`- ${name}: ${format(rate)} acknowledged appends/s of one relay, ${format(appendMicroseconds)} µs of processor time each, ${format(frameBytes)} bytes on the disk for a change;`);
}
console.log(`\n| ${HEAD.join(' | ')} |\n|${' --- |'.repeat(HEAD.length)}`);
for (const people of PEOPLE) console.log(`| ${toRow(people, measured).join(' | ')} |`);
console.log(`\nAssumed: ${Object.entries(ASSUMED).map(([name, value]) => `${name} ${value}`).join(', ')}.`);
