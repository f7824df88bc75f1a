/** One call: a router of its own, and what each device has in it. */
import type { types } from 'mediasoup';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import type { WireCallEvent } from '#sync/protocol/media.ts';
import type { Refusal, RelayMessage } from '#sync/protocol/messages.ts';
import type { Settled } from '#relay/store.ts';
import { createPeer, type Peer, type RoomRequest } from './peer.ts';

export interface RoomLimits {
  readonly peers: number;
  /** How long the things of a device stay when its connection is gone, in milliseconds. */
  readonly grace: number;
  /** How long a call may have one device only, and how long it may last at all, in milliseconds. */
  readonly alone: number;
  readonly longest: number;
}

/** Where sound goes through: a router of the worker of the moment. */
export interface Routing {
  readonly router: types.Router;
  readonly server: types.WebRtcServer;
}

export interface RoomDeps {
  readonly limits: RoomLimits;
  now(): number;
  /** Makes a router. Rejects where there is no worker. */
  route(): Promise<Routing>;
  /** Nobody is in it any more. */
  onEmpty(): void;
  onProducer?: ((producer: types.Producer, router: types.Router) => void) | undefined;
}

export type Tell = (event: WireCallEvent) => void;
export type Joined = Omit<Extract<RelayMessage, { type: 'callJoined' }>, 'type' | 'id'>;

export interface Room {
  /** `tell`: what this connection hears from now on; one the device had before hears no more. */
  join(key: string, tell: Tell): Promise<Settled<Joined, Refusal>>;
  answer(key: string, tell: Tell, request: RoomRequest): Promise<Settled<RelayMessage, Refusal>>;
  /** The connection is gone; the device may come back. */
  detach(key: string, tell: Tell): void;
  leave(key: string, tell: Tell): void;
  /** Puts a device out, if it is there. */
  dismiss(key: string): void;
  /** The worker died. */
  onLost(): void;
  /** Null: the relay stops, and those who are in it lose their connection anyway. */
  end(reason: Extract<WireCallEvent, { event: 'ended' }>['reason'] | null): void;
  size(): number;
}

interface Seat {
  readonly peer: Peer;
  /** Null while its connection is away. */
  tell: Tell | null;
  grace: ReturnType<typeof setTimeout> | undefined;
}

export function createRoom({ limits, now, route, onEmpty, onProducer }: RoomDeps): Room {
  const seats = new Map<string, Seat>();
  const endsAt = now() + limits.longest;
  let routing: Promise<Routing> | null = null;
  let isOver = false;
  let alone: ReturnType<typeof setTimeout> | undefined;
  const longest = setTimeout(() => end('too_long'), limits.longest);

  function tellOthers(key: string, event: WireCallEvent): void {
    for (const [other, { tell }] of seats) if (other !== key) tell?.(event);
  }
  function watchAlone(): void {
    clearTimeout(alone);
    if (seats.size <= 1 && !isOver) alone = setTimeout(() => end('idle'), limits.alone);
  }

  function close(): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(longest);
    clearTimeout(alone);
    routing?.then(({ router }) => router.close(), () => undefined);
    onEmpty();
  }
  const end: Room['end'] = (reason) => {
    const there = [...seats.values()];
    seats.clear();
    close();
    for (const { tell, grace } of there) {
      clearTimeout(grace);
      if (reason !== null) tell?.({ event: 'ended', reason });
    }
  };

  function take(key: string): void {
    const seat = seats.get(key);
    if (!seat) return;
    seats.delete(key);
    clearTimeout(seat.grace);
    seat.peer.close();
    tellOthers(key, { event: 'peerLeft', key: hexToBytes(key) });
    watchAlone();
    if (seats.size === 0) close();
  }

  /** A seat, if this connection sits in it. */
  const seatOf = (key: string, tell: Tell): Seat | undefined => {
    const seat = seats.get(key);
    return seat?.tell === tell ? seat : undefined;
  };

  function sit(key: string, tell: Tell): { seat: Seat; isNew: boolean } {
    const there = seats.get(key);
    if (there) {
      if (there.tell !== tell) there.tell?.({ event: 'ended', reason: 'elsewhere' });
      clearTimeout(there.grace);
      there.tell = tell;
      return { seat: there, isNew: false };
    }
    const peer = createPeer({
      tellOthers: (event) => tellOthers(key, event),
      key: hexToBytes(key),
      isOthers: (producer) => [...seats].some(([other, { peer: theirs }]) => other !== key && theirs.producers().some(({ id }) => id === producer)),
      onProducer,
    });
    const seat: Seat = { peer, tell, grace: undefined };
    seats.set(key, seat);
    return { seat, isNew: true };
  }

  return {
    async join(key, tell) {
      if (isOver) return { ok: false, code: 'call_unknown' };
      if (seats.size >= limits.peers && !seats.has(key)) return { ok: false, code: 'call_full' };
      const { seat, isNew } = sit(key, tell);
      watchAlone();
      try {
        const { router, server } = await (routing ??= route());
        seat.peer.enter(router, server);
        if (isNew) tellOthers(key, { event: 'peerJoined', key: hexToBytes(key) });
        const others = [...seats].filter(([other]) => other !== key);
        return {
          ok: true,
          value: {
            rtpCapabilities: seat.peer.capabilities(), isResumed: !isNew && seat.peer.hasThings(), endsAt,
            peers: others.map(([other, { peer }]) => ({ key: hexToBytes(other), producers: peer.producers().map(({ id, paused }) => ({ producer: id, isPaused: paused })) })),
          },
        };
      } catch {
        routing = null; // the next one tries again
        if (seatOf(key, tell)) take(key);
        return { ok: false, code: 'call_unavailable' };
      }
    },
    async answer(key, tell, request) {
      const seat = seatOf(key, tell);
      return seat ? seat.peer.answer(request) : { ok: false, code: 'call_unknown' };
    },
    detach(key, tell) {
      const seat = seatOf(key, tell);
      if (!seat) return;
      seat.tell = null;
      seat.grace = setTimeout(() => take(key), limits.grace);
    },
    leave(key, tell) {
      if (seatOf(key, tell)) take(key);
    },
    dismiss(key) {
      seats.get(key)?.tell?.({ event: 'ended', reason: 'removed' });
      take(key);
    },
    onLost() {
      routing = null;
      for (const { peer, tell } of seats.values()) {
        peer.reset();
        tell?.({ event: 'restarted' });
      }
    },
    end,
    size: () => seats.size,
  };
}
