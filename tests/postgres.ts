/** A real PostgreSQL for tests and benches, in a folder of its own: nothing of the machine's own databases is touched. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface PostgresForTests {
  /** Makes an empty database and answers its address, for `RELAY_STORE`. */
  newDatabase(): string;
  /** Answers what SQL prints, one row a line. */
  sql(url: string, text: string): string;
  /** A program of the same PostgreSQL: pg_dump, pg_restore, psql. Answers what it prints. */
  run(program: string, args: readonly string[]): string;
  /** As after a power cut (`immediate`), or breaking off what is going on (`fast`); it is there again when this answers. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  /** Ends it; `start` brings it back. */
  halt(mode: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';
const PORT = 5432; // the name of a socket in the folder; no port of the machine is taken

function findPrograms(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(DEBIAN, version, 'bin')), ...(process.env.PATH ?? '').split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** PostgreSQL refuses to run as root: then it runs as the user its package made, or as nobody. */
function findUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return user && { uid: Number(user[2]), gid: Number(user[3]) };
}

/** Why there can be no PostgreSQL here; null where there can. */
export function whyNoPostgres(): string | null {
  if (process.platform === 'win32') return 'PostgreSQL is tried on Unix only';
  return findPrograms() ? null : 'there is no PostgreSQL here (Debian: apt-get install postgresql)';
}

/** The same, and says so once in the output of the tests, so that nobody takes silence for success. */
export function skipWithoutPostgres(what: string): boolean {
  const reason = whyNoPostgres();
  if (reason) process.stderr.write(`SKIPPED: ${what}: ${reason}\n`);
  return reason !== null;
}

const STOP_SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** Starts one. Settings are PostgreSQL's own; `fsync` is on unless said otherwise: what is acknowledged must be on the disk here too. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresForTests> {
  const programs = findPrograms() ?? '';
  if (!programs) throw new Error(whyNoPostgres() ?? '');
  const user = findUser();
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const run = (program: string, args: readonly string[]): string =>
    execFileSync(join(programs, program), args, { ...user, cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('initdb', ['-D', data, '-U', 'relay', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']);

  const all = { listen_addresses: '', unix_socket_directories: folder, port: String(PORT), max_connections: '100', shared_buffers: '64MB', fsync: 'on', ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let server: ChildProcess | undefined;
  let log = '';

  async function isUp(): Promise<boolean> {
    const socket = connect(join(folder, `.s.PGSQL.${PORT}`));
    try {
      await once(socket, 'connect');
      // A server that is still recovering takes connections and refuses to serve them.
      run('psql', ['-h', folder, '-U', 'relay', '-d', 'postgres', '-Atc', 'SELECT 1']);
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
  async function start(): Promise<void> {
    const child = spawn(join(programs, 'postgres'), ['-D', data, ...args], { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    server = child;
    child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-10_000)));
    while (!(await isUp())) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended:\n${log}`);
      await delay(20);
    }
  }
  async function halt(mode: 'fast' | 'immediate'): Promise<void> {
    const child = server;
    server = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(STOP_SIGNALS[mode]);
    await ended;
  }
  // A run of tests that is broken off must not leave a server behind.
  const killAtExit = (): void => void server?.kill('SIGQUIT');
  process.once('exit', killAtExit);

  await start();
  let databases = 0;
  return {
    newDatabase() {
      const name = `relay${(databases += 1)}`;
      run('createdb', ['-h', folder, '-U', 'relay', name]);
      return `postgres://relay@/${name}?host=${folder}`;
    },
    sql: (url, text) => run('psql', ['-At', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', text]).trim(),
    run,
    start,
    halt,
    async restart(mode) {
      await halt(mode);
      await start();
    },
    async stop() {
      await halt('immediate');
      process.off('exit', killAtExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
