/** The calls of a relay that has a media router: tokens for them, rooms, and who is in which. */
import { randomBytes } from 'node:crypto';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { MAXIMUM_CALL_PEERS } from '#sync/protocol/limits.ts';
import type { CallConnection, Calls } from '#relay/calls.ts';
import { startMediaWorker, type MediaWorkerOptions } from './media-worker.ts';
import { createRoom, type Room, type RoomLimits, type Tell } from './room.ts';
import { createTokens } from './tokens.ts';
import { tokenToPass, type TokenPlace } from './token.ts';

export interface SfuLimits extends RoomLimits {
  /** Calls at a time, of one ledger and of all. */
  readonly roomsPerLedger: number;
  readonly rooms: number;
}
const MINUTE = 60_000;
/** A call takes about 2.5 % of a core: a worker, which has one, carries some forty well; more are refused before all are bad. */
export const DEFAULT_SFU_LIMITS: SfuLimits = {
  peers: MAXIMUM_CALL_PEERS, grace: 20_000, alone: 2 * MINUTE, longest: 4 * 60 * MINUTE, roomsPerLedger: 4, rooms: 40,
};

export interface SfuOptions extends Pick<MediaWorkerOptions, 'binary' | 'listen' | 'port' | 'announced'> {
  readonly logger: Logger;
  readonly limits?: Partial<SfuLimits>;
  /** Shared with the relays that give tokens for this one; by default nobody else does. */
  readonly place?: TokenPlace | undefined;
  now(): number;
  onDied?(): void;
  /** Somebody begins to send: for whoever wants to see what can be seen of it here. */
  readonly onProducer?: ((producer: types.Producer, router: types.Router) => void) | undefined;
}

export interface Sfu extends Calls {
  /** Calls, and devices in them. */
  rooms(): number;
  peers(): number;
  /** Of the worker's process; null while there is none. */
  pid(): number | null;
  close(): void;
}

/** How long somebody waits for a worker that has just died, in milliseconds. */
const PATIENCE = 5_000;

/** Rejects where the media router cannot be started. */
export async function createSfu({ logger, limits: given, place = { secret: randomBytes(32), address: null }, now, onDied, onProducer, ...options }: SfuOptions): Promise<Sfu> {
  const limits: SfuLimits = { ...DEFAULT_SFU_LIMITS, ...given };
  const rooms = new Map<string, { readonly ledger: string; readonly room: Room }>();
  const media = await startMediaWorker({
    ...options, logger,
    onDied() {
      onDied?.();
      for (const { room } of rooms.values()) room.onLost();
    },
  });
  async function route(): ReturnType<Parameters<typeof createRoom>[0]['route']> {
    const { worker, server } = await media.ready(PATIENCE);
    const router = await worker.createRouter({ mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }] });
    return { router, server };
  }

  /** The room of a call, made where there is none; undefined where there may be no more. */
  function roomOf(ledger: string, call: string): Room | undefined {
    const name = `${ledger}/${call}`;
    const there = rooms.get(name)?.room;
    if (there) return there;
    const ofLedger = [...rooms.values()].filter((one) => one.ledger === ledger).length;
    if (rooms.size >= limits.rooms || ofLedger >= limits.roomsPerLedger) return undefined;
    const room = createRoom({ limits, now, route, onProducer, onEmpty: () => rooms.delete(name) });
    rooms.set(name, { ledger, room });
    return room;
  }

  function connect(tell: (call: string, event: Parameters<Tell>[0]) => void): CallConnection {
    let seat: { readonly room: Room; readonly key: string; readonly tell: Tell } | null = null;
    let isGone = false;
    function leave(): void {
      seat?.room.leave(seat.key, seat.tell);
      seat = null;
    }
    return {
      isIn: () => seat !== null,
      async answer(request) {
        const { id } = request;
        if (request.type === 'callLeave') {
          leave();
          return { ok: true, value: { type: 'callDone', id } };
        }
        if (request.type !== 'callJoin') return seat ? seat.room.answer(seat.key, seat.tell, request) : { ok: false, code: 'call_unknown' };
        const pass = tokenToPass(place, request.token, now());
        if (!pass) return { ok: false, code: 'call_forbidden' };
        const room = roomOf(pass.ledger, pass.call);
        if (!room) return { ok: false, code: 'call_full' };
        if (seat && (seat.room !== room || seat.key !== pass.key)) leave();
        const next = seat ?? { room, key: pass.key, tell: (event: Parameters<Tell>[0]) => tell(pass.call, event) };
        const joined = await room.join(next.key, next.tell);
        if (!joined.ok) return joined;
        seat = next;
        if (isGone) room.detach(next.key, next.tell);
        return { ok: true, value: { type: 'callJoined', id, ...joined.value } };
      },
      end() {
        isGone = true;
        seat?.room.detach(seat.key, seat.tell);
      },
    };
  }

  return {
    ...createTokens(place, true, now),
    connect,
    dismiss(ledger, key) {
      for (const one of rooms.values()) if (one.ledger === ledger) one.room.dismiss(key);
    },
    rooms: () => rooms.size,
    peers: () => [...rooms.values()].reduce((sum, { room }) => sum + room.size(), 0),
    pid: media.pid,
    close() {
      for (const { room } of rooms.values()) room.end(null);
      media.close();
    },
  };
}
