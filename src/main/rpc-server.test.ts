import { SqliteError } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { createClient, type Client } from '#contract/client.ts';
import { failure, success } from '#domain/result.ts';
import { errorToStoreCode } from './db/errors.ts';
import type { Handlers } from './handlers.ts';
import { createRpcServer, type RpcServer } from './rpc-server.ts';
import { createWirePair } from './wire.memory.ts';

/** What a handler is to do in a test: the server does not know what it serves. */
let name: string;
let broken: 'nothing' | 'bug' | 'disk' | 'view';
let rpc: RpcServer;
let client: Client;
let lines: object[];

beforeEach(() => {
  name = 'Ann';
  broken = 'nothing';
  lines = [];
  const act = (): void => {
    if (broken === 'bug') throw new TypeError('somebody forgot something about Ann');
    if (broken === 'disk') throw new SqliteError('disk I/O error', 'SQLITE_IOERR_READ');
  };
  const handlers = {
    'profile.get': {
      topics: () => ['profile'],
      read() {
        act();
        if (broken === 'view') throw new TypeError('somebody forgot something');
        return success({ name });
      },
    },
    'ledgers.list': { topics: () => ['ledgers'], read: () => success([name]) },
    async 'profile.update'() {
      act();
      name = 'Bea';
      rpc.publish('profile', 'ledgers');
      return success(null);
    },
    'entries.undo': async () => failure('nothing_to_undo', { steps: 0 }),
  } as unknown as Handlers;
  const log = { info: () => undefined, debug: () => undefined, warn: (line: object) => void lines.push(line), error: (line: object) => void lines.push(line) };
  rpc = createRpcServer({ handlers: () => handlers, together: (read) => read(), log, reference: () => 'ref 1', errorToCode: errorToStoreCode });
  const [near, far] = createWirePair();
  rpc.connect(far);
  client = createClient(near);
});

const ledger = '0'.repeat(32);

describe('a bug', () => {
  it('in a call is answered with a reference that stands in the log', async () => {
    broken = 'bug';
    expect(await client.call('profile.update', {})).toEqual({ ok: false, error: { code: 'internal', reference: 'ref 1' } });
    expect(lines).toMatchObject([{ operation: 'profile.update', reference: 'ref 1', stack: expect.stringContaining('TypeError') }]);
    broken = 'nothing';
    expect(await client.call('profile.update', {})).toEqual({ ok: true, value: null });
  });

  it('in one view ends that watch, and neither the others nor the call', async () => {
    const names: unknown[] = [];
    const lists: unknown[] = [];
    const errors: unknown[] = [];
    client.watch('profile.get', {}, (view) => names.push(view), (error) => errors.push(error));
    client.watch('ledgers.list', {}, (view) => lists.push(view));
    await client.call('entries.undo', { ledger });
    // The call goes well; the view that follows from it does not.
    broken = 'view';
    expect(await client.call('profile.update', {})).toEqual({ ok: true, value: null });
    expect([names, lists]).toEqual([[{ name: 'Ann' }], [['Ann'], ['Bea']]]);
    expect(errors).toEqual([{ code: 'internal', reference: 'ref 1' }]);
  });
});

describe('an expected failure', () => {
  it('keeps its code and details', async () => {
    expect(await client.call('entries.undo', { ledger })).toEqual({ ok: false, error: { code: 'nothing_to_undo', details: { steps: 0 } } });
  });

  it('of the disk is no bug, wherever it is met', async () => {
    broken = 'disk';
    expect(await client.call('profile.update', {})).toEqual({ ok: false, error: { code: 'store_failed' } });
    const seen = await new Promise((resolve) => void client.watch('profile.get', {}, resolve, resolve));
    expect(seen).toEqual({ code: 'store_failed' });
    expect(JSON.stringify(lines)).not.toContain('reference');
  });
});

describe('views', () => {
  it('are held back while the store is exchanged, and then sent as they are', async () => {
    const names: unknown[] = [];
    client.watch('profile.get', {}, (view) => names.push(view));
    await client.call('entries.undo', { ledger });
    const release = rpc.hold();
    await client.call('profile.update', {});
    expect(names).toEqual([{ name: 'Ann' }]);
    release();
    await client.call('entries.undo', { ledger });
    expect(names).toEqual([{ name: 'Ann' }, { name: 'Bea' }]);
  });

  it('go out soon after a change that no call made', async () => {
    const seen = new Promise((resolve) => void client.watch('profile.get', {}, (view) => view.name === 'Cy' && resolve(view)));
    name = 'Cy';
    rpc.publish('profile');
    expect(await seen).toEqual({ name: 'Cy' });
  });
});

describe('closing', () => {
  it('closes every wire', async () => {
    const closed = new Promise((resolve) => void client.onClose(() => resolve('closed')));
    rpc.close();
    expect(await closed).toBe('closed');
    expect(await client.call('profile.update', {})).toEqual({ ok: false, error: { code: 'cancelled' } });
  });
});
