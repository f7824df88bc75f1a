/**
 * Bytes sealed to somebody's X25519 key: HPKE in base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
 * AES-256-GCM. The encapsulated key (32 bytes), then the ciphertext. Base mode does not say who sealed: whoever cares looks at
 * the signature of what the bytes stand in.
 */
import type { CipherSuite } from '@hpke/core';
import { ownBytes, type AgreementKey } from '#sync/keys.ts';
import { concatBytes, hexToBytes } from '#sync/protocol/bytes.ts';

let loaded: Promise<CipherSuite> | undefined;
/** Loaded when it is first needed: the first screen does not wait for it. */
export const loadSuite = (): Promise<CipherSuite> =>
  (loaded ??= import('@hpke/core').then(
    ({ Aes256Gcm, CipherSuite: Suite, DhkemX25519HkdfSha256, HkdfSha256 }) => new Suite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() }),
  ));
const ENCAPSULATED_BYTES = 32;

/** Seals to a public key (64 hexadecimal digits). Rejects for a key that nothing can be sealed to, such as a point of small order. */
export async function sealTo(agreement: string, info: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const suite = await loadSuite();
  const recipientPublicKey = await suite.kem.deserializePublicKey(hexToBytes(agreement));
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: ownBytes(info) }, ownBytes(plaintext));
  return concatBytes(new Uint8Array(enc), new Uint8Array(ct));
}

/** What was sealed to this key under the same `info`; undefined for anything else. Never throws. */
export async function openSealed({ pair }: AgreementKey, info: Uint8Array, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const enc = bytes.slice(0, ENCAPSULATED_BYTES).buffer;
    const suite = await loadSuite();
    return new Uint8Array(await suite.open({ recipientKey: pair, enc, info: ownBytes(info) }, bytes.slice(ENCAPSULATED_BYTES).buffer));
  } catch {
    return undefined;
  }
}
