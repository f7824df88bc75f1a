import { once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createOutbox, frameMessage } from './outbox.ts';

describe('a framed message', () => {
  it('is one for any client, whatever its length', async () => {
    const messages = [0, 1, 125, 126, 65_535, 65_536, 300_000].map((length) => Buffer.alloc(length, 7));
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', (_, { socket }) => {
      for (const message of messages) socket.write(frameMessage(message));
    });
    await once(server, 'listening');
    const address = server.address();
    const client = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    const heard: Buffer[] = [];
    client.on('message', (bytes: Buffer, isBinary) => isBinary && heard.push(bytes));
    await expect.poll(() => heard.length).toBe(messages.length);
    expect(heard.map((bytes, index) => bytes.equals(messages[index]!))).not.toContain(false);
    client.terminate();
    server.close();
  });
});

describe('an outbox', () => {
  /** What was written, each time the stream was given something. */
  function open() {
    const writes: string[] = [];
    let isOpen = true;
    const wire = new Writable({
      write(chunk, _encoding, done) {
        writes.push(String(chunk));
        done();
      },
      writev(chunks, done) {
        writes.push(chunks.map(({ chunk }) => String(chunk)).join('+'));
        done();
      },
    });
    return { ...createOutbox(wire, () => isOpen), writes, shut: () => (isOpen = false) };
  }

  it('writes all that is said at one time at once, in order', async () => {
    const outbox = open();
    outbox.add(Buffer.from('a'));
    await Promise.resolve();
    outbox.add(Buffer.from('b'));
    outbox.add(Buffer.from('c'));
    expect(outbox.writes).toEqual([]);
    await new Promise(setImmediate);
    outbox.add(Buffer.from('d'));
    await new Promise(setImmediate);
    expect(outbox.writes).toEqual(['a+b+c', 'd']);
  });

  it('does not wait where the connection is about to be closed', async () => {
    const outbox = open();
    outbox.add(Buffer.from('a'));
    outbox.flush();
    expect(outbox.writes).toEqual(['a']);
    await new Promise(setImmediate);
    expect(outbox.writes).toEqual(['a']);
  });

  it('writes nothing to a connection that is gone', async () => {
    const outbox = open();
    outbox.add(Buffer.from('a'));
    outbox.shut();
    await new Promise(setImmediate);
    expect(outbox.writes).toEqual([]);
  });
});
