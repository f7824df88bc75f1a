/** Finds other devices on the network, and talks to them: a ledger is in step without any relay. */
import { WebSocket } from 'ws';
import type { NearbyView } from '#contract/people-views.ts';
import type { LedgerId } from '#domain/ids.ts';
import type { Exchange } from '#sync/exchange.ts';
import { createPeer, type Peer } from '#sync/peer.ts';
import type { RandomBytes } from '#sync/records.ts';
import { backoffDelay, type Timers } from '#sync/timers.ts';
import type { Connection, ConnectionEvents } from '#sync/transport.ts';
import type { Discover, FoundInstance } from './discovery.ts';
import { isOnLan } from './lan.ts';
import { openNearbyServer, type NearbyServer } from './server.ts';
import { SOCKET_OPTIONS, socketToConnection } from './socket.ts';

export interface Nearby {
  view(): NearbyView;
  setEnabled(isEnabled: boolean): void;
  /** Something of a ledger is different here. */
  changed(ledger: LedgerId): void;
  /** This device is in other ledgers than before: all are met anew. */
  refresh(): void;
  /** Settles when nothing is under way any more. */
  close(): Promise<void>;
}

export interface NearbyDeps {
  /** The ledgers that this device is in now. */
  exchanges(): readonly Exchange[];
  readonly isEnabled: boolean;
  readonly discover: Discover;
  readonly timers: Timers;
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  readonly randomBytes: RandomBytes;
  /** The view is another one. */
  onView(): void;
  onBug(error: unknown): void;
}

const MAXIMUM_PEERS = 32;
const MAXIMUM_CONTACTS = 64;
/** With whom nothing is shared is asked again after so long, in milliseconds: they may have come into a ledger meanwhile. */
const STRANGER_DELAY = 10 * 60_000;
const LONGEST_DELAY = 5 * 60_000;
/** The one that is to be called calls all the same when no call has come for so long: perhaps it cannot be reached. */
const TURN_DELAY = 15_000;

/** Another instance, from when it was found or has called until it is lost. */
interface Contact {
  found: FoundInstance | null;
  peer: Peer | null;
  /** Of those found, which address is tried next. */
  attempt: number;
  failures: number;
  cancelCall: () => void;
  lastView: NearbyView['peers'][number] | null;
}

const toName = ({ person, device }: { person: string; device: string }): string => `${person} · ${device}`;

export function createNearby({ exchanges, isEnabled, discover, timers, now, random, randomBytes, onView, onBug }: NearbyDeps): Nearby {
  const contacts = new Map<string, Contact>();
  let name = '';
  let isOn = false;
  let error: NearbyView['error'] = null;
  let stopDiscovery = (): void => {};
  let server: NearbyServer | null = null;
  let starting: Promise<void> = Promise.resolve();

  /** The contact of that name, known or new; null where there are too many that are worth something. */
  function meet(instance: string): Contact | null {
    const known = contacts.get(instance);
    if (known) return known;
    const [idle] = [...contacts].find(([, contact]) => !contact.peer && !contact.lastView) ?? [];
    if (contacts.size >= MAXIMUM_CONTACTS) {
      if (idle === undefined) return null;
      drop(idle);
    }
    const contact: Contact = { found: null, peer: null, attempt: 0, failures: 0, cancelCall: () => {}, lastView: null };
    contacts.set(instance, contact);
    return contact;
  }

  function talk(instance: string, contact: Contact, side: 'calling' | 'called', open: (events: ConnectionEvents) => Connection): void {
    contact.cancelCall();
    const peer = createPeer({
      side, open, exchanges: exchanges(), timers, now, randomBytes, onBug,
      onState({ state, name: who, ledgers, lastSynced }) {
        if (state === 'away') return onOver(instance, contact, peer);
        if (who) contact.lastView = { name: toName(who), ledgers, state, lastSynced };
        onView();
      },
    });
    contact.peer = peer;
  }

  function onOver(instance: string, contact: Contact, peer: Peer): void {
    if (contact.peer !== peer) return;
    contact.peer = null;
    const { name: who, lastSynced } = peer.state();
    if (contact.lastView) contact.lastView = { ...contact.lastView, state: 'away' };
    contact.failures = lastSynced === null ? contact.failures + 1 : 0;
    // Whoever answered and shares nothing is not asked again at once.
    const isStranger = contact.found !== null && who === null && contact.attempt === 0;
    if (!contact.found) drop(instance);
    else if (contacts.get(instance) === contact) plan(instance, contact, isStranger ? STRANGER_DELAY : backoffDelay(contact.failures, random(), LONGEST_DELAY));
    onView();
  }

  /** Of two instances one calls: the one with the lesser name. */
  function plan(instance: string, contact: Contact, delay: number): void {
    contact.cancelCall();
    if (!isOn || !contact.found) return;
    contact.cancelCall = timers.after(name < instance ? delay : delay + TURN_DELAY, () => call(instance, contact));
  }

  function call(instance: string, contact: Contact): void {
    const { found } = contact;
    const addresses = found?.addresses.filter(isOnLan) ?? [];
    if (!isOn || !found || contact.peer || addresses.length === 0) return;
    const address = addresses[contact.attempt % addresses.length] ?? '';
    contact.attempt += 1;
    const socket = new WebSocket(`ws://${address.includes(':') ? `[${address}]` : address}:${found.port}/${name}`, { ...SOCKET_OPTIONS, handshakeTimeout: 10_000 });
    socket.on('open', () => (contact.attempt = 0));
    talk(instance, contact, 'calling', (events) => socketToConnection(socket, events));
  }

  function drop(instance: string): void {
    const contact = contacts.get(instance);
    contacts.delete(instance);
    contact?.cancelCall();
    contact?.peer?.close();
  }

  async function start(): Promise<void> {
    name = Buffer.from(randomBytes(16)).toString('hex');
    error = null;
    try {
      const opened = await openNearbyServer({
        connections: MAXIMUM_PEERS,
        onCalled(socket, caller) {
          const contact = caller === name || !isOn ? null : meet(caller);
          if (!contact || contact.peer) return socket.terminate();
          talk(caller, contact, 'called', (events) => socketToConnection(socket, events));
        },
      });
      server = opened;
      stopDiscovery = discover({ name, port: opened.port }, {
        onFound(found) {
          const contact = isOn ? meet(found.name) : null;
          if (!contact) return;
          contact.found = found;
          contact.attempt = 0;
          if (!contact.peer) plan(found.name, contact, 0);
        },
        onLost(lost) {
          const contact = contacts.get(lost);
          if (!contact) return;
          contact.found = null;
          // A connection that holds says more than a name that has gone.
          if (!contact.peer) drop(lost);
          onView();
        },
        onFailure: fail,
      });
    } catch (failure) {
      fail(failure);
    }
    onView();
  }

  function fail(failure: unknown): void {
    if (failure instanceof Error && !('code' in failure)) onBug(failure);
    error = 'nearby_unavailable';
    onView();
  }

  function stop(): void {
    stopDiscovery();
    stopDiscovery = () => {};
    for (const instance of [...contacts.keys()]) drop(instance);
    server?.close();
    server = null;
  }

  function setEnabled(next: boolean): void {
    if (next === isOn) return;
    isOn = next;
    starting = starting.then(() => (isOn === next ? (next ? start() : stop()) : undefined));
    onView();
  }

  setEnabled(isEnabled);
  return {
    view: () => ({ enabled: isOn, peers: [...contacts.values()].map(({ lastView }) => lastView).filter((one) => one !== null), error }),
    setEnabled,
    changed(ledger) {
      for (const { peer } of contacts.values()) peer?.changed(ledger);
    },
    refresh() {
      for (const [instance, contact] of contacts) {
        contact.failures = 0;
        contact.peer?.close();
        contact.cancelCall();
        // Whoever has news calls, whosever turn it is.
        call(instance, contact);
      }
    },
    async close() {
      isOn = false;
      starting = starting.then(stop);
      await starting;
    },
  };
}
