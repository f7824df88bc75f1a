import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../src/main/hosts/browser/main.ts');

/** A core with its browser host in a process of its own. */
export interface HostProcess {
  /** Lets one browser in, once. */
  readonly url: string;
  /** Ends it as a crash would: no chance to write anything more. */
  kill(): Promise<void>;
  /** Ends it as a person would. */
  stop(): Promise<void>;
  /** Stops it where it is, as a machine with too much to do would; `thaw` lets it go on. */
  freeze(): void;
  thaw(): void;
}

/** Starts a host on a profile; resolves when it serves. `port` 0: any free one. */
export async function startHost(profile: string, port = 0): Promise<HostProcess> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, '--profile', profile, '--port', String(port)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr?.on('data', (text) => said.push(String(text)));
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the host ended with ${code}: ${said.join('')}`)));
  });
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal);
    await ended;
  };
  return { url, kill: end('SIGKILL'), stop: end('SIGTERM'), freeze: () => void child.kill('SIGSTOP'), thaw: () => void child.kill('SIGCONT') };
}
