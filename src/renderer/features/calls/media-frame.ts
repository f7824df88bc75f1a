/**
 * One packet of sound, sealed for the other one of a call: SFrame (RFC 9605) with AES_256_GCM_SHA512_128. The media router in between
 * forwards what it cannot open. Pure: runs in the worker that transforms the frames.
 */
const { subtle } = globalThis.crypto;

type Bytes = Uint8Array<ArrayBuffer>;
interface FrameKey {
  readonly key: CryptoKey;
  readonly salt: Bytes;
}

const SUITE = 0x0005;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const NOTHING: Bytes = new Uint8Array();
/** Frames come through the network in a slightly different order: so far back one is still taken, once. At 50 a second, five seconds. */
const WINDOW = 256;
const MAXIMUM_KEYS = 4;

function join(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** RFC 9605, 4.4.2. */
async function deriveFrameKey(baseKey: Uint8Array, keyId: bigint): Promise<FrameKey> {
  const base = await subtle.importKey('raw', join(baseKey), 'HKDF', false, ['deriveBits']);
  const tail = new Uint8Array(10);
  new DataView(tail.buffer).setBigUint64(0, keyId);
  new DataView(tail.buffer).setUint16(8, SUITE);
  const derive = async (label: string, length: number): Promise<Bytes> => {
    const info = join(new TextEncoder().encode(label), tail);
    return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-512', salt: NOTHING, info }, base, 8 * length));
  };
  const key = await derive('SFrame 1.0 Secret key ', KEY_BYTES);
  return { key: await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']), salt: await derive('SFrame 1.0 Secret salt ', NONCE_BYTES) };
}

/** The salt, its last eight bytes crossed with the counter. */
function toNonce(salt: Bytes, counter: bigint): Bytes {
  const nonce = salt.slice();
  const view = new DataView(nonce.buffer);
  view.setBigUint64(NONCE_BYTES - 8, view.getBigUint64(NONCE_BYTES - 8) ^ counter);
  return nonce;
}

/** RFC 9605, 4.3: numbers below 8 in the first byte, others after it, as short as they go. */
function encodeHeader(keyId: bigint, counter: bigint): Bytes {
  const encode = (value: bigint): { bits: number; bytes: number[] } => {
    if (value < 8n) return { bits: Number(value), bytes: [] };
    const bytes: number[] = [];
    for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
    return { bits: 8 | (bytes.length - 1), bytes };
  };
  const [key, count] = [encode(keyId), encode(counter)];
  return Uint8Array.from([(key.bits << 4) | count.bits, ...key.bytes, ...count.bytes]);
}

function parseHeader(sealed: Uint8Array): { keyId: bigint; counter: bigint; length: number } | undefined {
  const [first] = sealed;
  if (first === undefined) return undefined;
  let length = 1;
  const read = (bits: number): bigint => {
    if (bits < 8) return BigInt(bits);
    const bytes = sealed.subarray(length, (length += (bits & 7) + 1));
    return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  };
  const keyId = read(first >> 4);
  const counter = read(first & 15);
  return length <= sealed.length ? { keyId, counter, length } : undefined;
}

/**
 * Seals one frame after the other. `keyId` is never used twice with the same `baseKey` (32 bytes): the counter begins at 0 each time,
 * and a nonce that comes again gives the key away.
 */
export async function createFrameSealer(baseKey: Uint8Array, keyId: number): Promise<(frame: Uint8Array) => Promise<Bytes>> {
  const { key, salt } = await deriveFrameKey(baseKey, BigInt(keyId));
  let next = 0n;
  return async (frame) => {
    const counter = next;
    next += 1n;
    const header = encodeHeader(BigInt(keyId), counter);
    const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: toNonce(salt, counter), additionalData: header }, key, join(frame));
    return join(header, new Uint8Array(sealed));
  };
}

/** Notes which counters came, and says of each whether it is new. */
interface CounterWindow {
  isNew(counter: bigint): boolean;
  note(counter: bigint): void;
  isEmpty(): boolean;
}

function createCounterWindow(): CounterWindow {
  const seen = new Set<bigint>();
  let highest = -1n;
  return {
    isEmpty: () => seen.size === 0,
    isNew: (counter) => counter > highest - BigInt(WINDOW) && !seen.has(counter),
    note(counter) {
      seen.add(counter);
      if (counter <= highest) return;
      highest = counter;
      for (const old of seen) if (old <= highest - BigInt(WINDOW)) seen.delete(old);
    },
  };
}

/**
 * Opens what the other one sealed under this base key, in whichever order it comes. Undefined for what is under another key, was changed,
 * came already, or is no frame at all. `metadata`: what both know and nobody sends; nothing in our calls.
 */
export function createFrameOpener(baseKey: Uint8Array, metadata: Uint8Array = NOTHING): (sealed: Uint8Array) => Promise<Bytes | undefined> {
  const known = new Map<bigint, Promise<FrameKey & { readonly window: CounterWindow }>>();
  function keyOf(keyId: bigint) {
    const there = known.get(keyId) ?? deriveFrameKey(baseKey, keyId).then((key) => ({ ...key, window: createCounterWindow() }));
    known.set(keyId, there);
    return there;
  }

  return async (sealed) => {
    const header = parseHeader(sealed);
    if (!header) return undefined;
    const { keyId, counter, length } = header;
    const { key, salt, window } = await keyOf(keyId);
    const additionalData = join(sealed.subarray(0, length), metadata);
    const opened = await subtle.decrypt({ name: 'AES-GCM', iv: toNonce(salt, counter), additionalData }, key, join(sealed.subarray(length))).catch(() => undefined);
    if (!opened) {
      // Whoever invents key ids shall not fill the memory; what was opened once is not forgotten for that, or it could come again.
      if (known.size > MAXIMUM_KEYS && window.isEmpty()) known.delete(keyId);
      return undefined;
    }
    if (!window.isNew(counter)) return undefined;
    window.note(counter);
    return new Uint8Array(opened);
  };
}
