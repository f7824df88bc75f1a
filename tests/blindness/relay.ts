/** A relay as a program of its own, with everything it writes in one folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

export interface WatchedRelay {
  readonly port: number;
  readonly pid: number;
  end(): Promise<void>;
}

/** `environment` as in config.ts of the relay. What it says goes to `relay.log` in the folder. */
export async function startWatchedRelay(folder: string, environment: Readonly<Record<string, string>>): Promise<WatchedRelay> {
  const child = spawn(process.execPath, ['sync-server/main.ts'], {
    env: { PATH: process.env.PATH ?? '', RELAY_PORT: '0', RELAY_SFU_PORT: '0', MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN ?? '', ...environment }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(join(folder, 'relay.log'));
  const exit = once(child, 'exit');
  let said = '';
  const port = await new Promise<number>((resolve, reject) => {
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (chunk: Buffer) => {
        log.write(chunk);
        said += chunk.toString();
        const found = /ws:\/\/[^:]+:(\d+)/.exec(said)?.[1];
        if (found) resolve(Number(found));
      });
    }
    void exit.then(() => reject(new Error(`the relay ended: ${said}`)));
  });
  if (child.pid === undefined) throw new Error('the relay has no process');
  return {
    port,
    pid: child.pid,
    async end() {
      child.kill('SIGTERM');
      await exit;
      log.end();
      await once(log, 'close');
    },
  };
}
