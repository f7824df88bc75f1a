/**
 * A sealed channel between two devices that have never met: whoever listens in reads nothing. Each side sends an X25519
 * key made for this connection; all that follows is sealed with AES-256-GCM under keys from both (HKDF-SHA-256), a key
 * for each direction and the message's number as nonce. Who the other one is shows only by what is proved over
 * `transcript` (peer-proof.ts): somebody in between has another one with each side.
 */
import { z } from 'zod';
import { ownBytes, sha256 } from './keys.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import { MAXIMUM_MESSAGE_BYTES } from './protocol/limits.ts';
import type { ConnectionEvents, Connection } from './transport.ts';

const { subtle } = globalThis.crypto;

/** Who opened the connection, and who was called. */
export type PeerSide = 'calling' | 'called';
export const otherSide = (side: PeerSide): PeerSide => (side === 'calling' ? 'called' : 'calling');

export interface PeerChannel {
  /** SHA-256 over both sides' hellos: no two connections have the same. */
  readonly transcript: Uint8Array;
  /** Seals and sends, in order. A value that is none of deterministic CBOR is a bug. */
  send(message: unknown): void;
  /** The other one is no stranger: more of theirs may wait to be handled. */
  trust(): void;
  close(): void;
}

export interface PeerChannelEvents {
  onReady(channel: PeerChannel): Promise<void>;
  /** A message as CBOR has it; the next one comes when this one is done with. */
  onMessage(message: unknown): Promise<void>;
  /** Once, whatever happens. */
  onClose(): void;
  /** A bug, while a message was being handled: the connection is closed. */
  onBug(error: unknown): void;
}

const HELLO = 'tallystick nearby 1';
const helloSchema = z.tuple([z.literal(HELLO), z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32)]);
/** What may wait to be handled, in bytes: of a stranger the longest list of entries, and of others a word about each of many ledgers. */
const WAITING_BYTES_OF_STRANGERS = 256 * 1024;
const WAITING_BYTES = 4 * MAXIMUM_MESSAGE_BYTES;

interface Direction {
  readonly key: CryptoKey;
  count: number;
}

function nextNonce(direction: Direction): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(direction.count));
  direction.count += 1;
  return nonce;
}

async function deriveKeys(shared: ArrayBuffer, transcript: Uint8Array<ArrayBuffer>): Promise<Record<PeerSide, Direction>> {
  const root = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const derive = async (side: PeerSide): Promise<Direction> => ({
    count: 0,
    key: await subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: transcript, info: new TextEncoder().encode(`tallystick nearby ${side}`) }, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'],
    ),
  });
  return { calling: await derive('calling'), called: await derive('called') };
}

/** `open` opens the connection, or takes one that was opened, and tells the events of it. The returned function closes it. */
export function openPeerChannel(side: PeerSide, open: (events: ConnectionEvents) => Connection, events: PeerChannelEvents): () => void {
  let pair: CryptoKeyPair | undefined;
  let ownHello: Uint8Array<ArrayBuffer> | undefined;
  let keys: Record<PeerSide, Direction> | undefined;
  let isClosed = false;
  let waitingBytes = 0;
  let maximumWaiting = WAITING_BYTES_OF_STRANGERS;
  let receiving: Promise<void> = Promise.resolve();
  let sending: Promise<void> = Promise.resolve();

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    connection.close();
    events.onClose();
  }
  function fail(error: unknown): void {
    if (isClosed) return;
    events.onBug(error);
    close();
  }

  async function greet(): Promise<void> {
    pair = (await subtle.generateKey('X25519', false, ['deriveBits'])) as CryptoKeyPair;
    ownHello = encodeCbor([HELLO, new Uint8Array(await subtle.exportKey('raw', pair.publicKey))]);
    connection.send(ownHello);
  }

  async function meet(bytes: Uint8Array): Promise<boolean> {
    const decoded = bytes.length <= 100 ? decodeCbor(bytes) : undefined;
    const parsed = decoded?.ok ? helloSchema.safeParse(decoded.value) : undefined;
    if (!parsed?.success || !pair || !ownHello) return false;
    const hellos = side === 'calling' ? [ownHello, bytes] : [bytes, ownHello];
    const transcript = await sha256(encodeCbor(['tallystick nearby 1', ...hellos]));
    try {
      const theirs = await subtle.importKey('raw', ownBytes(parsed.data[1]), 'X25519', false, []);
      // Fails for the few points that would make the result known beforehand (RFC 7748, 6.1).
      keys = await deriveKeys(await subtle.deriveBits({ name: 'X25519', public: theirs }, pair.privateKey, 256), transcript);
    } catch {
      return false;
    }
    const own = keys[side];
    await events.onReady({
      transcript,
      trust: () => void (maximumWaiting = WAITING_BYTES),
      send(message) {
        const content = encodeCbor(message);
        sending = sending.then(async () => {
          const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: nextNonce(own) }, own.key, content);
          if (!isClosed) connection.send(new Uint8Array(sealed));
        }).catch(fail);
      },
      close,
    });
    return true;
  }

  async function hear(bytes: Uint8Array): Promise<boolean> {
    if (!keys) return meet(bytes);
    const theirs = keys[otherSide(side)];
    const opened = await subtle.decrypt({ name: 'AES-GCM', iv: nextNonce(theirs) }, theirs.key, ownBytes(bytes)).catch(() => undefined);
    const decoded = opened && decodeCbor(new Uint8Array(opened));
    if (!decoded?.ok) return false;
    await events.onMessage(decoded.value);
    return true;
  }

  const connection = open({
    onOpen: () => void (receiving = receiving.then(greet).catch(fail)),
    onMessage(bytes) {
      if (isClosed) return;
      // However small, a message takes some room.
      const size = bytes.length + 100;
      waitingBytes += size;
      if (waitingBytes > maximumWaiting) return close();
      receiving = receiving.then(async () => {
        if (isClosed) return;
        if (!(await hear(bytes))) close();
        waitingBytes -= size;
      }).catch(fail);
    },
    onClose: close,
  });
  return close;
}
