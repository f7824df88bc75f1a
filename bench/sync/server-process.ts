import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** A server in a process of its own, and what the system says about that process. */
export interface ServerProcess {
  readonly url: string;
  /** Milliseconds of processor time that all its threads have taken so far, in the program and in the kernel. */
  processorTime(): number;
  /** What it has in memory, in MB. */
  residentMemory(): number;
  stop(): Promise<void>;
}

/** Starts a program under this Node; it has to print the `ws://` address that it listens on. Linux only: reads /proc. */
export async function startServer(program: string, environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [program], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    void ended.then(() => reject(new Error(`${program} ended`)));
    child.stdout.on('data', (chunk: Buffer) => {
      const address = /ws:\/\/[\w.]+:\d+/.exec(chunk.toString())?.[0];
      if (address) resolve(address);
    });
  });
  const about = `/proc/${child.pid}`;
  return {
    url,
    processorTime: () =>
      readdirSync(`${about}/task`).reduce((sum, thread) => sum + Number(readFileSync(`${about}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0),
    residentMemory: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`${about}/status`, 'utf8'))?.[1]) / 1_000,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
