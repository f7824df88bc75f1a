import { join } from 'node:path';
import { pino } from 'pino';
import { createRelayServer } from '#relay/server.ts';

/** A real relay that a test can take away and bring back on the same address. */
export interface TestRelay {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startRelay(folder: string): Promise<TestRelay> {
  const open = (port: number) => createRelayServer({ host: '127.0.0.1', port, data: join(folder, 'relay.sqlite'), logger: pino({ level: 'silent' }) });
  let server: Awaited<ReturnType<typeof open>> | undefined = await open(0);
  const { port } = server;
  return {
    url: `ws://127.0.0.1:${port}`,
    async stop() {
      await server?.close();
      server = undefined;
    },
    async start() {
      server ??= await open(port);
    },
  };
}
