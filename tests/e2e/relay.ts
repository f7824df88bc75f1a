import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { createRelayServer } from '#relay/server.ts';

/** A real relay that a test can take away and bring back on the same address. */
export interface TestRelay {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Makes a backup; the returned function sets the relay back to it. */
  backUp(): Promise<() => Promise<void>>;
}

export async function startRelay(folder: string): Promise<TestRelay> {
  const data = join(folder, 'relay.sqlite');
  const open = (port: number) => createRelayServer({ host: '127.0.0.1', port, data, logger: pino({ level: 'silent' }) });
  let server: Awaited<ReturnType<typeof open>> | undefined = await open(0);
  const { port } = server;
  async function replace(from: string, to: string): Promise<void> {
    await server?.close();
    for (const rest of ['-wal', '-shm']) rmSync(`${to}${rest}`, { force: true });
    copyFileSync(from, to);
    server = await open(port);
  }
  return {
    url: `ws://127.0.0.1:${port}`,
    async stop() {
      await server?.close();
      server = undefined;
    },
    async start() {
      server ??= await open(port);
    },
    async backUp() {
      await replace(data, `${data}.old`);
      return () => replace(`${data}.old`, data);
    },
  };
}
