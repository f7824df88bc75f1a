/** Every operation of the contract from a shell. `--help` says how. */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { api, type CallName, type WatchName } from '#contract/api.ts';
import { createClient, type Client } from '#contract/client.ts';
import type { ContractError } from '#contract/errors.ts';
import type { Reply } from '#contract/rpc.ts';
import { createCore } from '#main/core.ts';
import { createNodeShell } from '#main/hosts/node-shell.ts';
import { defaultProfile } from '#main/profile-folder.ts';
import { createWirePair } from '#main/wire.memory.ts';

const HELP = `npm run -s cli -- [--profile DIR] section.verb ['{"input": "as JSON"}'] [--file F] [--sync SECONDS]

Prints what the operation answers, as JSON. A watch prints its view and ends.
A failure prints {"error": {"code": …}} and ends with status 1; a command that makes no sense ends with 2.

  --profile DIR    the folder of the profile; otherwise the one the app uses
  --file F         for imports.preview: fills in "name" and "content".
                   for imports.commit: previews the file first and fills in "import"; "people" may be left out
                   (names that the ledger knows are matched, others are new), "withoutProblems" too (false)
                   for files.importChanges and files.restore: hands the file over and fills in "file"
  --sync SECONDS   with a relay: waits until everything is sent and read, before a watch and after a call;
                   fails with relay_slow when that takes longer
  --wait-synced    the same as --sync 60
  --operations     lists the operations

The profile must not be open in the app: then this fails with profile_in_use.
`;

/** Base64 digits handed over at a time: a multiple of four, so that each piece stands for whole bytes. */
const PIECE = 4_000_000;

class UsageError extends Error {}

const parseInput = (text: string): Record<string, unknown> => {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    throw new UsageError(`The input is not JSON: ${text.slice(0, 100)}`);
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new UsageError('The input must be a JSON object.');
  return input as Record<string, unknown>;
};

function readFile(path: string): { name: string; content: string } {
  try {
    return { name: basename(path), content: readFileSync(path).toString('base64') };
  } catch (error) {
    throw new UsageError(`The file cannot be read: ${error instanceof Error ? error.message : path}`);
  }
}

/** Hands a file over piece by piece. */
async function upload(client: Client, input: Record<string, unknown>, path: string): Promise<Reply<Record<string, unknown>>> {
  const { content } = readFile(path);
  let file: string | null = null;
  for (let from = 0; from < Math.max(1, content.length); from += PIECE) {
    const sent: Reply<{ file: string }> = await client.call('files.upload', { file, piece: content.slice(from, from + PIECE) });
    if (!sent.ok) return sent;
    ({ file } = sent.value);
  }
  return { ok: true, value: { ...input, file } };
}

/** The input with what a file adds to it; an import that is to be committed is previewed first. */
async function addFile(client: Client, operation: string, input: Record<string, unknown>, path: string): Promise<Reply<Record<string, unknown>>> {
  if (operation === 'imports.preview') return { ok: true, value: { ...input, ...readFile(path) } };
  if (operation === 'files.importChanges' || operation === 'files.restore') return upload(client, input, path);
  if (operation !== 'imports.commit') throw new UsageError('--file goes with imports.preview, imports.commit, files.importChanges and files.restore.');
  const into = Object(input['into']);
  const preview = await client.call('imports.preview', { ledger: into.ledger ?? null, ...readFile(path) });
  return preview.ok ? { ok: true, value: { people: [], withoutProblems: false, ...input, import: preview.value.import } } : preview;
}

const firstView = (client: Client, operation: WatchName, input: never): Promise<Reply<unknown>> =>
  new Promise((resolve) => {
    client.watch(operation, input, (value) => resolve({ ok: true, value }), (error) => resolve({ ok: false, error }));
  });

/** Resolves when the relay has all that is here and nothing there is unread; with an error when that takes too long. */
function waitSynced(client: Client, seconds: number): Promise<ContractError | undefined> {
  return new Promise((resolve) => {
    let last: ContractError = { code: 'relay_slow' };
    const timer = setTimeout(() => resolve(last), seconds * 1000);
    client.watch('sync.state', {}, ({ connection, reason, waiting, ledgers }) => {
      if (connection === 'notSet') resolve({ code: 'relay_not_set' });
      last = { code: reason ?? 'relay_slow' };
      if (connection !== 'online' || waiting > 0 || ledgers.some(({ catchingUp }) => catchingUp)) return;
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

async function run(client: Client, operation: string, given: Record<string, unknown>, file: string | undefined, seconds: number | undefined): Promise<Reply<unknown>> {
  const isWatch = Object.hasOwn(api, operation) && api[operation as keyof typeof api].kind === 'watch';
  const wait = async (): Promise<Reply<null>> => {
    const error = seconds === undefined ? undefined : await waitSynced(client, seconds);
    return error ? { ok: false, error } : { ok: true, value: null };
  };
  const input = file === undefined ? { ok: true as const, value: given } : await addFile(client, operation, given, file);
  if (!input.ok) return input;
  if (isWatch) {
    const waited = await wait();
    return waited.ok ? firstView(client, operation as WatchName, input.value as never) : waited;
  }
  const reply = await client.call(operation as CallName, input.value as never);
  if (!reply.ok) return reply;
  const waited = await wait();
  return waited.ok ? reply : waited;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      profile: { type: 'string' }, file: { type: 'string' }, sync: { type: 'string' },
      'wait-synced': { type: 'boolean' }, operations: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return print(HELP);
  if (values.operations) return print(`${Object.entries(api).map(([name, { kind }]) => `${kind.padEnd(6)}${name}`).join('\n')}\n`);
  const [operation, text = '{}', ...rest] = positionals;
  if (operation === undefined || rest.length > 0) throw new UsageError('Name one operation and its input.');
  const seconds = values.sync === undefined ? (values['wait-synced'] ? 60 : undefined) : Number(values.sync);
  if (seconds !== undefined && !(seconds > 0)) throw new UsageError('--sync takes a number of seconds.');
  const input = parseInput(text);

  const core = await createCore(createNodeShell(resolve(values.profile ?? defaultProfile())));
  if (!core.ok) return printReply({ ok: false, error: { code: core.code } });
  const [near, far] = createWirePair();
  await core.value.ready();
  core.value.connect(far);
  const client = createClient(near);
  try {
    return printReply(await run(client, operation, input, values.file, seconds));
  } finally {
    client.close();
    await core.value.close();
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function printReply(reply: Reply<unknown>): number {
  print(`${JSON.stringify(reply.ok ? reply.value : { error: reply.error }, null, 2)}\n`);
  return reply.ok ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  process.stderr.write(isUsage ? `${(error as Error).message}\n\n${HELP}` : `${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 2;
}
