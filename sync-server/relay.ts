/**
 * The relay without sockets: who listens to which ledger, and who hears what. It knows who may do what, by pseudonyms;
 * what is in records and frames beyond that nobody here can read.
 */
import type { Membership } from '#sync/protocol/membership.ts';
import { encodeMessage } from '#sync/protocol/messages.ts';
import { createAppending, type StoredFrame } from './append.ts';
import type { Calls } from './calls.ts';
import { createEnrolment } from './enrol.ts';
import { createSoleFanOut, type FanOut } from './fanout.ts';
import { DEFAULT_RELAY_LIMITS, type Hub, type Listener, type RelayLimits, type Wire } from './hub.ts';
import { createMemberships, type Growth } from './memberships.ts';
import { createRemoteReader } from './remote.ts';
import { createRelaySession, type RelaySession } from './session.ts';
import type { Outcome } from './store.ts';

export interface RelayDeps extends Pick<Hub, 'store' | 'now' | 'randomBytes' | 'isSignedBy' | 'onSent'> {
  readonly limits?: RelayLimits;
  /** To the other relays on the same database; none by default. */
  readonly fanOut?: FanOut;
  /** None by default. */
  readonly calls?: Calls | null;
  /** Makes of a message what a wire takes; `encodeMessage` by default. */
  readonly encode?: Hub['encode'];
  /** A failure of the disk, without anything that names somebody. */
  onFailure?(code: string): void;
}

export interface Relay {
  connect(wire: Wire): RelaySession;
  /** How many ledgers somebody listens to. */
  ledgers(): number;
}

interface Audience {
  readonly listeners: Set<Listener>;
  /** Number of the next record that they have not been told of. */
  next: number;
}
const TRIES = 5;
/** Where hints may have been missed everywhere: so many ledgers are let go at a time, and so long after that the next, in milliseconds. */
const GAPS_AT_ONCE = 100;
const GAP_PAUSE = 100;

export function createRelay(deps: RelayDeps): Relay {
  const { store, onSent, limits = DEFAULT_RELAY_LIMITS, fanOut = createSoleFanOut(), encode = encodeMessage, onFailure = () => undefined } = deps;
  const audiences = new Map<string, Audience>();

  function onGrown({ membership, records, by }: Growth): void {
    const audience = audiences.get(membership.ledger);
    const first = membership.number + 1 - records.length;
    if (!audience || membership.number < audience.next) return;
    const fresh = records.slice(Math.max(0, audience.next - first));
    const from = membership.number + 1 - fresh.length;
    audience.next = membership.number + 1;
    for (const listener of [...audience.listeners]) listener.onRecords(membership, from, fresh, listener === by);
  }
  const memberships = createMemberships({ store, onGrown });

  const underMembership: Hub['underMembership'] = async (ledger, step) => {
    let there = await memberships.get(ledger);
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (!there.ok) return there;
      if (!there.value) return { ok: false, code: 'ledger_unknown' };
      const outcome = await step(there.value);
      if (outcome.ok) return outcome;
      if (outcome.code !== 'stale') return { ok: false, code: outcome.code };
      there = await memberships.refresh(ledger);
    }
    return { ok: false, code: 'relay_failed' };
  };

  /** Tells everybody who listens, but for the one who brought it, of frames that have been stored. */
  function tell(ledger: string, frames: readonly StoredFrame[], except: Listener | null): void {
    const listeners = audiences.get(ledger)?.listeners;
    const isOnly = except !== null && listeners?.size === 1 && listeners.has(except);
    if (!listeners || isOnly) return;
    const messages = frames.map((frame) => ({ type: 'live', ledger, ...frame }) as const);
    const encoded = messages.map(encode);
    let told = 0;
    for (const listener of listeners) if (listener !== except && listener.onStored(ledger, encoded)) told += 1;
    for (const message of messages) onSent?.(message, told);
  }

  /** The same of what is kept nowhere. */
  function tellSignal(ledger: string, to: ReadonlySet<string> | null, bytes: Uint8Array, except: Listener | null): void {
    const listeners = audiences.get(ledger)?.listeners;
    if (!listeners) return;
    const message = { type: 'liveSignal', ledger, bytes } as const;
    const encoded = encode(message);
    let told = 0;
    for (const listener of listeners) if (listener !== except && listener.onSignal(ledger, to, encoded)) told += 1;
    onSent?.(message, told);
  }

  const hub: Hub = {
    ...deps,
    calls: deps.calls ?? null,
    encode,
    limits,
    signal(ledger, to, bytes, by) {
      tellSignal(ledger, to, bytes, by);
      fanOut.tell({ type: 'signal', ledger, to, bytes });
    },
    underMembership,
    listen(membership: Membership, listener) {
      const audience = audiences.get(membership.ledger) ?? { listeners: new Set(), next: membership.number + 1 };
      audiences.set(membership.ledger, audience);
      audience.listeners.add(listener);
    },
    leave(listener, ledger) {
      const audience = audiences.get(ledger);
      audience?.listeners.delete(listener);
      if (audience?.listeners.size === 0) audiences.delete(ledger);
    },
    enrol: createEnrolment({ ...deps, limits, memberships, onEnrolled: (ledger) => fanOut.tell({ type: 'records', ledger }) }),
    append: createAppending({
      ...deps, underMembership, onFailure,
      onStored(ledger, { listener: sender }, frames) {
        tell(ledger, frames, sender);
        const reach = new Map<string, { from: number; to: number }>();
        for (const { document, seq } of frames) reach.set(document, { from: reach.get(document)?.from ?? seq, to: seq });
        for (const [document, range] of reach) fanOut.tell({ type: 'frames', ledger, document, ...range });
      },
    }),
  };

  const readRemote = createRemoteReader({
    hub,
    isHeard: (ledger) => audiences.has(ledger),
    onStored: (ledger, frames) => tell(ledger, frames, null),
  });
  function onGap(ledger: string): void {
    for (const listener of [...(audiences.get(ledger)?.listeners ?? [])]) listener.onGap();
  }
  fanOut.listen({
    onHint(hint) {
      const { ledger } = hint;
      if (!audiences.has(ledger)) return;
      if (hint.type === 'signal') return tellSignal(ledger, hint.to, hint.bytes, null);
      const reading: Outcome<unknown, string> = hint.type === 'records' ? memberships.refresh(ledger) : readRemote(hint);
      reading.then(({ ok }) => ok || onGap(ledger), () => onGap(ledger));
    },
    onGap() {
      // Not all at once: everybody of a busy relay would come back in the same moment.
      [...audiences.keys()].forEach((ledger, index) => {
        const round = Math.floor(index / GAPS_AT_ONCE);
        if (round === 0) onGap(ledger);
        else setTimeout(() => onGap(ledger), round * GAP_PAUSE).unref();
      });
    },
  });
  return { connect: (wire) => createRelaySession(hub, wire), ledgers: () => audiences.size };
}
