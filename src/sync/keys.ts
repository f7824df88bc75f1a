/** Keys, signatures and the ids that follow from them. A key is made again from 32 secret bytes, which is all that needs to be kept. */
import type { DeviceId, LedgerId } from '#domain/ids.ts';
import { bytesToHex, concatBytes, hexToBytes } from './protocol/bytes.ts';
import { foundingBytes } from './protocol/membership-record.ts';

const { subtle } = globalThis.crypto;

/** A private key in PKCS #8 (RFC 8410) is one of these prefixes and 32 bytes. */
const PKCS8_PREFIX = { Ed25519: hexToBytes('302e020100300506032b657004220420'), X25519: hexToBytes('302e020100300506032b656e04220420') };

export interface SigningKey {
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** Ed25519 signature (RFC 8032), 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
}

/** A key pair that others seal secrets to (X25519, RFC 7748); wrap.ts opens them. */
export interface AgreementKey {
  /** 64 hexadecimal digits. */
  readonly publicHex: string;
  /** The private half cannot be exported. */
  readonly pair: CryptoKeyPair;
}

export interface DeviceKey extends SigningKey {
  readonly deviceId: DeviceId;
}

/** The id of the ledger that the holder of this Ed25519 key (32 bytes) founds with this salt (16 bytes): nobody else can found it. */
export const ledgerIdOf = (founder: Uint8Array, salt: Uint8Array): Promise<LedgerId> => hashId(foundingBytes(bytesToHex(founder), salt));

export async function sha256(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await subtle.digest('SHA-256', ownBytes(bytes)));
}

/** WebCrypto takes no bytes over shared memory; those are copied, others are not. */
export const ownBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);

/** The first 16 bytes of SHA-256, as 32 hexadecimal digits: how ids follow from keys and frames. */
export const hashId = async (bytes: Uint8Array): Promise<string> => bytesToHex((await sha256(bytes)).subarray(0, 16));

/** The id of the device with this Ed25519 public key of 32 bytes. */
export const deviceIdOf = (publicKey: Uint8Array): Promise<DeviceId> => hashId(publicKey);

/** Whether an Ed25519 signature of these bytes is the key holder's. False, never an error, for a key that is none. */
export async function isSignedBy(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  try {
    const key = await subtle.importKey('raw', ownBytes(publicKey), 'Ed25519', false, ['verify']);
    return await subtle.verify('Ed25519', key, ownBytes(signature), ownBytes(bytes));
  } catch {
    return false;
  }
}

/** WebCrypto gives the public half of a private key away only through an export, so the key is imported for that once more than for use. */
async function openPrivateKey(
  algorithm: 'Ed25519' | 'X25519', secret: Uint8Array, usage: 'sign' | 'deriveBits',
): Promise<{ key: CryptoKey; publicKey: Uint8Array<ArrayBuffer> }> {
  if (secret.length !== 32) throw new RangeError('a seed has 32 bytes');
  const pkcs8 = concatBytes(PKCS8_PREFIX[algorithm], secret);
  const { x } = await subtle.exportKey('jwk', await subtle.importKey('pkcs8', pkcs8, algorithm, true, [usage]));
  if (x === undefined) throw new Error('no public key for this seed');
  const publicKey = Uint8Array.from(atob(x.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  return { key: await subtle.importKey('pkcs8', pkcs8, algorithm, false, [usage]), publicKey };
}

/** The Ed25519 key pair of a seed of 32 bytes. */
export async function openSigningKey(seed: Uint8Array): Promise<SigningKey> {
  const { key, publicKey } = await openPrivateKey('Ed25519', seed, 'sign');
  return { publicKey, sign: async (bytes) => new Uint8Array(await subtle.sign('Ed25519', key, ownBytes(bytes))) };
}

/** The X25519 key pair of 32 secret bytes. */
export async function openAgreementKey(secret: Uint8Array): Promise<AgreementKey> {
  const { key, publicKey } = await openPrivateKey('X25519', secret, 'deriveBits');
  return { publicHex: bytesToHex(publicKey), pair: { privateKey: key, publicKey: await subtle.importKey('raw', publicKey, 'X25519', true, []) } };
}

/** The signing key of a device from the 32 random bytes it keeps. */
export async function openDeviceKey(seed: Uint8Array): Promise<DeviceKey> {
  const key = await openSigningKey(seed);
  return { ...key, deviceId: await deviceIdOf(key.publicKey) };
}
