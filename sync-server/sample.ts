/** Ledgers, devices and frames for the tests of this room: sound ones, around contents that mean nothing. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { encodeFrame, encodeHeader, frameToSignedBytes, type FrameHeader } from '#sync/protocol/frames.ts';
import { challengeToSignedBytes, type ClientMessage } from '#sync/protocol/messages.ts';
import { hashId } from './verify.ts';

interface Key {
  readonly publicKey: Uint8Array;
  readonly secret: KeyObject;
}
function newKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { publicKey: Uint8Array.from(Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url')), secret: privateKey };
}

export interface SampleLedger {
  readonly id: string;
  open(id: number, nonce: Uint8Array): Extract<ClientMessage, { type: 'open' }>;
  /** A frame that a relay must accept, unless told otherwise. */
  frame(document: string, size?: number, more?: Partial<FrameHeader> & { signature?: Uint8Array }): Uint8Array;
}

export function sampleLedger(): SampleLedger {
  const access = newKey();
  const device = newKey();
  const id = hashId(access.publicKey);
  let count = 0;
  return {
    id,
    open: (request, nonce) => ({
      type: 'open', id: request, ledger: id, accessKey: access.publicKey,
      proof: Uint8Array.from(sign(null, challengeToSignedBytes(nonce, id), access.secret)),
    }),
    frame(document, size = 100, { signature, ...more } = {}) {
      const headerBytes = encodeHeader({ version: 1, ledger: id, document, author: device.publicKey, epoch: 0, keyId: '00'.repeat(8), ...more });
      count += 1;
      const nonce = new Uint8Array(12);
      new DataView(nonce.buffer).setUint32(0, count); // no two frames are the same
      const ciphertext = new Uint8Array(size).fill(count);
      const signed = frameToSignedBytes({ headerBytes, nonce, ciphertext });
      return encodeFrame({ headerBytes, nonce, ciphertext, signature: signature ?? Uint8Array.from(sign(null, signed, device.secret)) });
    },
  };
}

export const sampleDocument = (digit: string): string => digit.repeat(32);
