/**
 * The keys of a call between two devices, agreed in three signals: the caller rings with the hash of a fresh key, the callee answers
 * with a fresh key, the caller shows its own. Signals are signed by pseudonyms, and cards say whose those are, so each knows with whom
 * it agrees. Two words come out that both can read to each other; as the caller is bound before it knows the callee's key, somebody in
 * between who has stolen a device's keys has one guess in four million, and no search.
 */
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { openDerivation } from './identity/derive.ts';
import { callWords, type WordLanguage } from './identity/safety-words.ts';
import { openAgreementKey, ownBytes, sha256, type AgreementKey } from './keys.ts';
import { hexToBytes, isSameBytes } from './protocol/bytes.ts';
import { encodeCbor } from './protocol/cbor.ts';

const { subtle } = globalThis.crypto;
const KEY_BYTES = 32;

/** Made for one call and one other device, and forgotten after it: who finds a device's keys later cannot hear the call. */
export interface CallKey {
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** 32 random bytes, so that the commitment tells nothing of the key. */
  readonly blind: Uint8Array<ArrayBuffer>;
  /** 32 bytes that rings with; see `commitmentOf`. */
  readonly commitment: Uint8Array<ArrayBuffer>;
  readonly agreement: AgreementKey;
}

/** SHA-256 over CBOR `['tallystick call commitment 1', public key, blind]`. */
const commitmentOf = (publicKey: Uint8Array, blind: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  sha256(encodeCbor(['tallystick call commitment 1', publicKey, blind]));

export async function createCallKey(randomBytes: (length: number) => Uint8Array): Promise<CallKey> {
  const agreement = await openAgreementKey(randomBytes(KEY_BYTES));
  const publicKey = hexToBytes(agreement.publicHex);
  const blind = ownBytes(randomBytes(KEY_BYTES));
  return { publicKey, blind, commitment: await commitmentOf(publicKey, blind), agreement };
}

/** A device by its card, never by what it says of itself. 64 hexadecimal digits each. */
export interface CallParty {
  readonly root: string;
  readonly device: string;
  readonly pseudonym: string;
}

interface CallPlace {
  readonly ledger: LedgerId;
  /** 32 hexadecimal digits. */
  readonly call: string;
  readonly own: CallKey;
  readonly caller: CallParty;
  readonly callee: CallParty;
}
export type CallAgreement = CallPlace &
  (
    | { readonly side: 'caller'; readonly theirs: { readonly publicKey: Uint8Array } }
    /** What the caller showed in the end, and what it rang with. */
    | { readonly side: 'callee'; readonly theirs: { readonly publicKey: Uint8Array; readonly blind: Uint8Array; readonly commitment: Uint8Array } }
  );

export interface CallSecrets {
  /** Base keys of the sound in each direction, 32 bytes. */
  readonly send: Uint8Array<ArrayBuffer>;
  readonly receive: Uint8Array<ArrayBuffer>;
  /** The two words that both see, unless somebody is in between. */
  words(language: WordLanguage): string[];
}

/** X25519 (RFC 7748); undefined for a key that nothing can be agreed on with, such as a point of small order. */
async function agree({ pair }: AgreementKey, publicKey: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const theirs = await subtle.importKey('raw', ownBytes(publicKey), 'X25519', false, []);
    const shared = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: theirs }, pair.privateKey, 8 * KEY_BYTES));
    return shared.every((byte) => byte === 0) ? undefined : shared;
  } catch {
    return undefined;
  }
}

/**
 * What both ends come to: HKDF-SHA-256 of the agreed secret, in the context of SHA-256 over CBOR `['tallystick call 1', ledger, call,
 * commitment, [root, device, pseudonym, key] of the caller, … of the callee]`. `call_key_wrong` for keys that nothing can be agreed on
 * with, and where the caller shows another key than it rang with.
 */
export async function agreeOnCall(agreement: CallAgreement): Promise<Result<CallSecrets, 'call_key_wrong'>> {
  const { ledger, call, own, caller, callee, side, theirs } = agreement;
  if (side === 'callee' && !isSameBytes(await commitmentOf(theirs.publicKey, theirs.blind), theirs.commitment)) return failure('call_key_wrong');
  const shared = await agree(own.agreement, theirs.publicKey);
  if (!shared) return failure('call_key_wrong');
  const isCaller = side === 'caller';
  const toCbor = ({ root, device, pseudonym }: CallParty, key: Uint8Array) => [hexToBytes(root), hexToBytes(device), hexToBytes(pseudonym), key];
  const transcript = await sha256(encodeCbor([
    'tallystick call 1', hexToBytes(ledger), hexToBytes(call), isCaller ? own.commitment : theirs.commitment,
    toCbor(caller, isCaller ? own.publicKey : theirs.publicKey), toCbor(callee, isCaller ? theirs.publicKey : own.publicKey),
  ]));
  const derive = await openDerivation(shared);
  const [fromCaller, fromCallee, check] = await Promise.all([
    derive('call sound of the caller', KEY_BYTES, transcript), derive('call sound of the callee', KEY_BYTES, transcript), derive('call words', KEY_BYTES, transcript),
  ]);
  return success({ send: isCaller ? fromCaller : fromCallee, receive: isCaller ? fromCallee : fromCaller, words: (language) => callWords(check, language) });
}
