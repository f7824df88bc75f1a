/**
 * A real pcscd with a virtual reader, of its own for every test: its socket lies in a folder of its own and its reader
 * listens at a port of its own, so that nothing of the machine's own card service is touched.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const DAEMON = '/usr/sbin/pcscd';
const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
/** Where pcscd puts its socket: in its own view of the file system this is the test's folder. */
const PLACE = '/run/pcscd';

/** Why there can be no pcscd of our own here; null where there can. */
export function whyNoPcscd(): string | null {
  if (process.platform !== 'linux') return 'a virtual reader for PC/SC is tried on Linux only';
  if (!existsSync(DAEMON) || !existsSync(DRIVER)) return 'pcscd or its virtual reader is missing (Debian: apt-get install pcscd vsmartcard-vpcd)';
  if (process.getuid?.() !== 0) return 'only root can start a pcscd beside the one of this machine';
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? null : 'this machine allows no mount namespaces (unshare --mount)';
}

export interface PcscdForTests {
  /** A card connects here. */
  readonly port: number;
  start(): Promise<void>;
  /** As when the service is stopped or crashes. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Two neighbouring ports that nobody has: vpcd takes one for each of its slots. */
async function findPorts(): Promise<number> {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const address = first.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const second = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      second.once('error', () => resolve(false));
      second.listen(port + 1, '127.0.0.1', () => resolve(true));
    });
    await Promise.all([first, second].filter(({ listening }) => listening).map((server) => once(server.close(), 'close')));
    if (isFree && port < 65_535) return port;
  }
}

/** Starts one, and points the PC/SC library of this process at it. One at a time. */
export async function startPcscd(): Promise<PcscdForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'pcscd-'));
  const settings = join(folder, 'readers');
  mkdirSync(settings);
  mkdirSync(PLACE, { recursive: true });
  const port = await findPorts();
  const channel = `0x${port.toString(16).toUpperCase()}`;
  writeFileSync(join(settings, 'virtual'), `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:${channel}\nLIBPATH ${DRIVER}\nCHANNELID ${channel}\n`);
  // The PC/SC library reads its environment once: every pcscd of one process has its socket at the same place.
  const place = join(tmpdir(), `pcscd-of-${process.pid}`);
  mkdirSync(place, { recursive: true });
  const socket = join(place, 'pcscd.comm');
  process.env.PCSCLITE_CSOCK_NAME = socket;
  let daemon: ChildProcess | undefined;
  let log = '';

  async function isUp(): Promise<boolean> {
    const trial = connect(socket);
    const isConnected = await new Promise<boolean>((resolve) => {
      trial.once('connect', () => resolve(true));
      trial.once('error', () => resolve(false));
    });
    trial.destroy();
    return isConnected;
  }
  async function start(): Promise<void> {
    const script = 'mount --bind "$1" "$2" && exec "$3" --foreground --config "$4"';
    const child = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', place, PLACE, DAEMON, settings], { stdio: ['ignore', 'pipe', 'pipe'] });
    daemon = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-10_000)));
    while (!(await isUp())) {
      if (child.exitCode !== null) throw new Error(`pcscd ended:\n${log}`);
      await delay(20);
    }
  }
  async function stop(): Promise<void> {
    const child = daemon;
    daemon = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    // With a client that holds a card it does not end by itself; a service that crashes does not ask either.
    await Promise.race([ended, delay(500)]);
    child.kill('SIGKILL');
    await ended;
  }
  const killAtExit = (): void => void daemon?.kill('SIGKILL');
  process.once('exit', killAtExit);
  await start();
  return {
    port,
    start,
    stop,
    async close() {
      await stop();
      process.off('exit', killAtExit);
      for (const used of [folder, place]) rmSync(used, { recursive: true, force: true });
    },
  };
}
