/** Hocuspocus with its SQLite extension; BENCH_DEBOUNCE=0 makes it store each change at once, otherwise as it comes. */
import { join } from 'node:path';
import { SQLite } from '@hocuspocus/extension-sqlite';
import { Server } from '@hocuspocus/server';

const debounce = process.env.BENCH_DEBOUNCE;
const server = new Server({
  port: 0,
  address: '127.0.0.1',
  quiet: true,
  extensions: [new SQLite({ database: join(process.env.BENCH_FOLDER, 'hocuspocus.sqlite') })],
  ...(debounce !== undefined && { debounce: Number(debounce) }),
});
await server.listen();
console.log(`ws://127.0.0.1:${server.httpServer.address().port}`);
