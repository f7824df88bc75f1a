import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { encodeMessage, parseRelayMessage, PROTOCOL_VERSION, type ClientMessage } from '#sync/protocol/messages.ts';
import { sampleDocument, sampleLedger } from './sample.ts';
import { createSqliteRelayStore } from './store.sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'relay-kill-'));
let relay: ChildProcess | undefined;
afterEach(() => {
  relay?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The relay as a program of its own, on the same file every time. */
function start(data: string): Promise<number> {
  const child = spawn(process.execPath, ['sync-server/main.ts'], { env: { ...process.env, RELAY_PORT: '0', RELAY_DATA: data }, stdio: ['ignore', 'pipe', 'inherit'] });
  relay = child;
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the relay ended')));
    child.stdout.on('data', (chunk: Buffer) => {
      const port = /ws:\/\/127\.0\.0\.1:(\d+)/.exec(chunk.toString())?.[1];
      if (port) resolve(Number(port));
    });
  });
}

it('a relay killed again and again in the middle of writing keeps every frame it acknowledged', async () => {
  const data = join(folder, 'relay.sqlite');
  const ledger = sampleLedger();
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < 4; round += 1) {
    const socket = new WebSocket(`ws://127.0.0.1:${await start(data)}`);
    const say = (message: ClientMessage) => socket.send(encodeMessage(message));
    socket.on('open', () => say({ type: 'hello', version: PROTOCOL_VERSION }));
    const before = acknowledged.size;
    const wanted = before + 40 + 17 * round;
    await new Promise<void>((resolve, reject) => {
      let id = 1;
      const appendMore = (): void => say({ type: 'append', id: (id += 1), ledger: ledger.id, frames: [ledger.frame(sampleDocument('a'), 5_000), ledger.frame(sampleDocument('b'))] });
      socket.on('error', reject).on('close', () => reject(new Error('the relay hung up')));
      socket.on('message', (bytes: Buffer) => {
        const message = parseRelayMessage(bytes);
        if (!message.ok) return reject(new Error(message.code));
        if (message.value.type === 'challenge') {
          say(ledger.enrol(0));
          say(ledger.open(1, message.value.nonce));
        }
        if (message.value.type === 'opened') for (let ahead = 0; ahead < 20; ahead += 1) appendMore();
        if (message.value.type !== 'appended') return;
        for (const { frame, seq } of message.value.stored) acknowledged.set(frame, seq);
        appendMore();
        if (acknowledged.size >= wanted) resolve();
      });
    });
    socket.removeAllListeners('message').on('error', () => {});
    relay?.kill('SIGKILL');
    if (relay) await once(relay, 'exit');
    socket.terminate();
  }

  const store = createSqliteRelayStore({ data, newIncarnation: () => '' });
  expect(store.database.pragma('integrity_check', { simple: true })).toBe('ok');
  const rows = store.database.prepare<[], { frame: string; seq: number; document: string }>(`
    SELECT lower(hex(log.frame)) AS frame, log.seq, lower(hex(document.document)) AS document
    FROM log JOIN document ON document.id = log.document ORDER BY document.document, log.seq`).all();
  const kept = new Map(rows.map(({ frame, seq }) => [frame, seq]));
  expect([...acknowledged].filter(([frame, seq]) => kept.get(frame) !== seq)).toEqual([]);
  for (const document of ['a', 'b'].map(sampleDocument)) {
    const seqs = rows.filter((row) => row.document === document).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  }
  await store.close();
});
