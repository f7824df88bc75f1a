import { expect, it } from 'vitest';
import { requestSchema, type Request, type Wire } from '#contract/rpc.ts';
import { createDurableClient } from './durable-client.ts';
import { createWatchStore } from './watch-store.ts';

/** A host that can lose its core and get it back. */
function createHost() {
  let take: (wire: Wire) => void = () => undefined;
  const connections: { requests: Request[]; say(message: unknown): void; lose(): void }[] = [];
  return {
    openWires: (onWire: (wire: Wire) => void) => void (take = onWire),
    connect() {
      let hear: (message: unknown) => void = () => undefined;
      const closers: (() => void)[] = [];
      const requests: Request[] = [];
      connections.push({ requests, say: (message) => hear(message), lose: () => closers.forEach((close) => close()) });
      take({
        send: (message) => void requests.push(requestSchema.parse(message)),
        onMessage: (listener) => void (hear = listener),
        onClose: (listener) => void closers.push(listener),
        close: () => undefined,
      });
      const made = connections.at(-1);
      if (!made) throw new Error('no connection');
      return made;
    },
  };
}

it('asks every watch again on a new wire, and keeps showing the last view meanwhile', () => {
  const host = createHost();
  const client = createDurableClient(host.openWires);
  const store = createWatchStore(client);
  store.subscribe('ledgers.list', '{}', () => undefined);
  store.subscribe('ledgers.list', '{}', () => undefined);
  expect(client.state()).toBe('connecting');

  const first = host.connect();
  expect(first.requests.map((request) => request.type)).toEqual(['watch']);
  first.say({ type: 'view', id: first.requests[0]?.id, view: [] });
  expect(store.read('ledgers.list', '{}').view).toEqual([]);

  first.lose();
  expect(client.state()).toBe('lost');
  expect(store.read('ledgers.list', '{}').view).toEqual([]);
  const second = host.connect();
  expect(client.state()).toBe('open');
  expect(second.requests).toMatchObject([{ type: 'watch', operation: 'ledgers.list' }]);
});

it('fails a call that has no wire, or loses it before the answer', async () => {
  const host = createHost();
  const client = createDurableClient(host.openWires);
  expect(await client.call('entries.undo', { ledger: '' })).toEqual({ ok: false, error: { code: 'cancelled' } });
  const wire = host.connect();
  const reply = client.call('entries.undo', { ledger: '' });
  wire.lose();
  expect(await reply).toEqual({ ok: false, error: { code: 'cancelled' } });
});

it('does not ask a watch again that has ended', () => {
  const host = createHost();
  const client = createDurableClient(host.openWires);
  const stop = client.watch('ledgers.list', {}, () => undefined);
  host.connect().lose();
  stop();
  expect(host.connect().requests).toEqual([]);
});

it('asks again for what has failed, and only that, when told', () => {
  const host = createHost();
  const store = createWatchStore(createDurableClient(host.openWires));
  const wire = host.connect();
  store.subscribe('ledgers.list', '{}', () => undefined);
  store.subscribe('profile.get', '{}', () => undefined);
  wire.say({ type: 'failed', id: wire.requests[0]?.id, error: { code: 'store_corrupt' } });
  expect(store.read('ledgers.list', '{}').error).toEqual({ code: 'store_corrupt' });
  store.askFailedAgain();
  wire.say({ type: 'view', id: wire.requests.at(-1)?.id, view: [] });
  expect(wire.requests.filter((request) => request.type === 'watch')).toHaveLength(3);
  expect(store.read('ledgers.list', '{}')).toEqual({ view: [], error: undefined });
});
