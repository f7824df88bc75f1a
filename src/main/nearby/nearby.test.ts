import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeRemoval } from '#sync/records.ts';
import { randomBytes, sampleLedger } from '#sync/sample.access.ts';
import { createParty, type Party } from '#sync/sample.exchange.ts';
import { systemTimers } from '#sync/timers.ts';
import type { Discover } from './discovery.ts';
import { discoverByMdns } from './discovery.mdns.ts';
import { isOnLan } from './lan.ts';
import { createNearby, type Nearby } from './nearby.ts';
import { createDirectory } from './sample.ts';
import { openNearbyServer } from './server.ts';

/** Why datagrams to all do not come back on this machine; null where they do. */
function whyNoMulticast(): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const settle = (why: string | null): void => {
      clearTimeout(impatience);
      socket.close();
      resolve(why);
    };
    const impatience = setTimeout(() => settle('no datagram came back'), 3_000);
    socket.on('error', (error) => settle(error.message));
    socket.on('message', (message) => message.toString() === 'tallystick test' && settle(null));
    socket.bind(5353, () => {
      try {
        socket.addMembership('224.0.0.251');
        socket.setMulticastLoopback(true);
        socket.send('tallystick test', 5353, '224.0.0.251');
      } catch (error) {
        settle(String(error));
      }
    });
  });
}

let discover: Discover;
beforeAll(async () => {
  const why = await whyNoMulticast();
  discover = why === null ? discoverByMdns : createDirectory();
  if (why !== null) process.stdout.write(`nearby: no multicast on this machine (${why}), so that devices find each other without it here\n`);
});

const opened: Nearby[] = [];
const bugs: unknown[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((nearby) => nearby.close()));
  const [bug] = bugs.splice(0);
  if (bug) throw bug;
});

function open(parties: readonly Party[], changed: Partial<Parameters<typeof createNearby>[0]> = {}): Nearby {
  const nearby = createNearby({
    exchanges: () => parties.map(({ exchange }) => exchange), isEnabled: true, discover, timers: systemTimers, now: Date.now, random: Math.random, randomBytes,
    onView: () => {}, onBug: (error) => bugs.push(error), ...changed,
  });
  opened.push(nearby);
  return nearby;
}
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds, { timeout: 40_000, interval: 20 }).toBe(true);
};

describe('two devices on one network', () => {
  it('find each other and keep a ledger in step, both ways', async () => {
    const ledger = await sampleLedger();
    const [ada, bo] = [await createParty(ledger, ledger.owner), await createParty(ledger, await ledger.welcome('Bo'))];
    await ada.write('dinner');
    await bo.write('train');
    const [a, b] = [open([ada]), open([bo])];
    await until(() => ada.names().length === 2 && bo.names().length === 2);
    await until(() => a.view().peers.length === 1 && b.view().peers.every(({ state }) => state === 'inStep'));
    expect(a.view()).toMatchObject({ enabled: true, error: null, peers: [{ name: 'Bo · Laptop', ledgers: 1 }] });
    await ada.write('live');
    a.changed(ledger.ledger);
    await until(() => bo.names().includes('live'));

    b.setEnabled(false);
    await until(() => a.view().peers.every(({ state }) => state === 'away'));
    expect(b.view()).toEqual({ enabled: false, peers: [], error: null });
    await ada.write('while the other one did not look');
    b.setEnabled(true);
    await until(() => bo.names().length === 4);
  });

  it('that come to share a ledger later meet anew', async () => {
    const ledger = await sampleLedger();
    const [ada, friend] = [await createParty(ledger, ledger.owner), await createParty(ledger, await ledger.welcome('Bo'))];
    await ada.write('dinner');
    const parties: Party[] = [];
    const a = open([ada]);
    const b = open(parties);
    await until(() => a.view().error === null && b.view().error === null);
    parties.push(friend);
    // Whichever of the two has to call: one that is in another ledger now wants to be called, or calls.
    a.refresh();
    b.refresh();
    await until(() => friend.names().length === 1);
    expect(friend.names()).toEqual(['dinner']);
  });

  it('one of which was removed, or is a stranger, exchange nothing', async () => {
    const [ledger, other] = await Promise.all([sampleLedger(), sampleLedger()]);
    const cy = await ledger.welcome('Cy');
    const [owner, removed, stranger] = [await createParty(ledger, ledger.owner), await createParty(ledger, cy), await createParty(other, other.owner)];
    await ledger.add(makeRemoval(owner.access(), { type: 'remove', member: cy.member }, new Map(), randomBytes));
    await owner.exchange.takeRecords(0, ledger.records);
    await owner.write('not for Cy');
    const bo = await createParty(ledger, await ledger.welcome('Bo'));
    const talks = { removed: 0, stranger: 0 };
    const count = (who: keyof typeof talks, party: Party) => open([party], { exchanges: () => ((talks[who] += 1), [party.exchange]) });
    const [a, c, s, b] = [open([owner]), count('removed', removed), count('stranger', stranger), open([bo])];
    await until(() => bo.names().length === 1 && a.view().peers.length === 1 && b.view().peers.length === 1);
    // Everybody has talked to everybody.
    await until(() => talks.removed >= 3 && talks.stranger >= 3);
    expect(removed.names()).toEqual([]);
    expect(removed.access().records.length).toBeLessThan(ledger.records.length);
    expect([c.view().peers, s.view().peers]).toEqual([[], []]);
  });
});

describe('the port that is open on the network', () => {
  it('drops whoever sends garbage, and serves the others', async () => {
    const ledger = await sampleLedger();
    const [ada, bo] = [await createParty(ledger, ledger.owner), await createParty(ledger, await ledger.welcome('Bo'))];
    await ada.write('dinner');
    let port = 0;
    open([ada], { discover: (own, events) => ((port = own.port), discover(own, events)) });
    await until(() => port > 0);
    for (const garbage of ['a text', randomBytes(0), randomBytes(40), randomBytes(1_000), new Uint8Array(300_000), new Uint8Array(3_000_000)]) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/${Buffer.from(randomBytes(16)).toString('hex')}`);
      const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
      socket.on('error', () => {});
      socket.on('open', () => socket.send(garbage));
      await closed;
    }
    open([bo]);
    await until(() => bo.names().length === 1);
    expect(ada.names()).toEqual(['dinner']);
  });

  it('takes calls from devices on it, and from nobody else', async () => {
    const calls: string[] = [];
    const server = await openNearbyServer({ connections: 2, onCalled: (_, caller) => calls.push(caller) });
    const outcome = (path: string, headers: Record<string, string> = {}) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
        socket.on('open', () => resolve('open'));
        socket.on('error', () => resolve('refused'));
        socket.on('close', () => resolve('closed'));
      });
    const name = 'ab'.repeat(16);
    expect(await outcome(`/${name}`)).toBe('open');
    expect(await outcome(`/${name}`, { origin: 'https://page.example' })).toBe('refused');
    await outcome('/nobody');
    await until(() => calls.length === 1);
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404);
    expect(calls).toEqual([name]);
    server.close();
    expect(await outcome(`/${name}`)).toBe('refused');
  });

  it('knows which addresses are near', () => {
    expect(isOnLan('127.0.0.1')).toBe(true);
    expect(isOnLan('::ffff:127.0.0.1')).toBe(true);
    for (const { address, internal } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) if (!internal) expect(isOnLan(address)).toBe(true);
    for (const far of ['8.8.8.8', '::ffff:8.8.8.8', '2001:4860:4860::8888', '', 'nonsense']) expect(isOnLan(far)).toBe(false);
  });

  it('that cannot be had, or a network that does not let us, is said and ends nothing', async () => {
    const ledger = await sampleLedger();
    const nearby = open([await createParty(ledger, ledger.owner)], {
      discover: (_, { onFailure }) => {
        onFailure(Object.assign(new Error('not permitted'), { code: 'EACCES' }));
        return () => {};
      },
    });
    await until(() => nearby.view().error === 'nearby_unavailable');
    nearby.setEnabled(false);
    expect(nearby.view()).toMatchObject({ enabled: false });
  });
});
