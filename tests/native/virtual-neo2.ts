/**
 * A NEO 2 reader without hardware and the real HID addon that sees it. The addon must be started with the virtual device
 * in front of the system's (LD_PRELOAD), so it runs in a process of its own and the driver under test speaks to it from here.
 */
import { execFileSync, fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Hid, HidDevice, HidEvents } from '#native/drivers/hid.ts';

/** The system's Python: the bindings to umockdev are Debian's. */
const PYTHON = '/usr/bin/python3';
const PRELOAD = 'libumockdev-preload.so.0';

/** Why there can be no virtual HID device here; null where there can. */
export function whyNoVirtualHid(): string | null {
  if (process.platform !== 'linux') return 'a virtual HID reader is tried on Linux only';
  const hasPreload = readdirSync('/usr/lib', { withFileTypes: true }).some((entry) => entry.isDirectory() && existsSync(join('/usr/lib', entry.name, PRELOAD)));
  const canMock = hasPreload && existsSync(PYTHON) && spawnSync(PYTHON, ['-c', "import gi; gi.require_version('UMockdev', '1.0')"], { stdio: 'ignore' }).status === 0;
  if (!canMock) return 'umockdev or its Python is missing (Debian: apt-get install umockdev gir1.2-umockdev-1.0 python3-gi)';
  return spawnSync('gcc', ['--version'], { stdio: 'ignore' }).status === 0 ? null : 'there is no C compiler (Debian: apt-get install gcc libc6-dev)';
}

export interface HidQuestion {
  readonly number: number;
  readonly call: 'devices' | 'isAllowed' | 'open' | 'write' | 'close';
  readonly handle: number;
  readonly path: string;
  readonly bytes: Uint8Array;
}
type HidAnswer =
  | { readonly isReady: true }
  | { readonly question: number; readonly ok: boolean; readonly value?: unknown }
  | { readonly handle: number; readonly report: Uint8Array }
  | { readonly handle: number; readonly isGone: true };

export interface VirtualNeo2 {
  readonly hid: Hid;
  /** Cards connect here. */
  readonly port: number;
  unplug(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

/** The addon's process, as the port that the driver uses. */
async function startAddon(environment: Readonly<Record<string, string>>): Promise<{ hid: Hid; process: ChildProcess }> {
  const child = fork(join(import.meta.dirname, 'hid-host.ts'), { env: { ...process.env, ...environment }, serialization: 'advanced', execArgv: [] });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<number, HidEvents>();
  let count = 0;
  const ready = new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The process with the HID addon ended.')));
    child.on('message', (answer: HidAnswer) => {
      if ('isReady' in answer) resolve();
      else if ('report' in answer) listeners.get(answer.handle)?.onReport(Buffer.from(answer.report));
      else if ('isGone' in answer) listeners.get(answer.handle)?.onGone();
      else if (answer.ok) waiting.get(answer.question)?.resolve(answer.value);
      else waiting.get(answer.question)?.reject(new Error('The device refused.'));
    });
  });
  function ask(call: HidQuestion['call'], { handle = 0, path = '', bytes = new Uint8Array() }: Partial<Omit<HidQuestion, 'call' | 'number'>> = {}): Promise<unknown> {
    const number = (count += 1);
    return new Promise((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      child.send({ number, call, handle, path, bytes } satisfies HidQuestion);
    });
  }
  await ready;
  return {
    process: child,
    hid: {
      devices: async () => (await ask('devices')) as HidDevice[],
      isAllowed: async (path) => (await ask('isAllowed', { path })) === true,
      async open(path, events) {
        const handle = (count += 1);
        listeners.set(handle, events);
        await ask('open', { handle, path });
        return { write: async (bytes) => void (await ask('write', { handle, bytes })), close: async () => void (await ask('close', { handle })) };
      },
    },
  };
}

const nextLine = async (lines: Interface): Promise<string> => ((await once(lines, 'line')) as [string])[0];

export async function startVirtualNeo2(): Promise<VirtualNeo2> {
  const folder = mkdtempSync(join(tmpdir(), 'hid-'));
  const shim = join(folder, 'hidraw-shim.so');
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-Wall', '-o', shim, join(import.meta.dirname, 'hidraw-shim.c'), '-ldl']);
  const device = spawn(PYTHON, [join(import.meta.dirname, 'virtual_neo2.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(device.stdout);
  const { environment, port } = JSON.parse(await nextLine(lines)) as { environment: Record<string, string>; port: number };
  const addon = await startAddon({ ...environment, LD_PRELOAD: `${shim} ${PRELOAD}` });
  async function order(word: string): Promise<void> {
    const done = nextLine(lines);
    device.stdin.write(`${word}\n`);
    await done;
  }
  return {
    port,
    hid: addon.hid,
    unplug: () => order('unplug'),
    plug: () => order('plug'),
    async close() {
      const ended = Promise.all([once(addon.process, 'exit'), once(device, 'exit')]);
      addon.process.disconnect();
      device.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
