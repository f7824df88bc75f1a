/** What a person's root key says about other keys: signatures over deterministic CBOR, each kind under a name of its own. */
import { isSignedBy } from '#sync/keys.ts';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { encodeCbor } from '#sync/protocol/cbor.ts';

/** The public keys of a device: Ed25519 to sign, X25519 to wrap to. 64 hexadecimal digits each. */
export interface DeviceKeys {
  readonly device: string;
  readonly agreement: string;
}

/** `['tallystick device 1', root, device, agreement]`: this device is mine, and keys for it are wrapped to that key. */
export const deviceToSignedBytes = (root: string, { device, agreement }: DeviceKeys): Uint8Array =>
  encodeCbor(['tallystick device 1', hexToBytes(root), hexToBytes(device), hexToBytes(agreement)]);

/** `['tallystick recovery 1', root, agreement]`: what is wrapped to this key I can open with my phrase. */
export const recoveryToSignedBytes = (root: string, agreement: string): Uint8Array =>
  encodeCbor(['tallystick recovery 1', hexToBytes(root), hexToBytes(agreement)]);

/** Whether `certificate` is the root's word that the device is that person's. False, never an error, for keys that are none. */
export const isDeviceCertified = (root: string, keys: DeviceKeys, certificate: Uint8Array): Promise<boolean> =>
  isSignedBy(hexToBytes(root), certificate, deviceToSignedBytes(root, keys));

/** Whether `certificate` is the root's word that this is its recovery key. */
export const isRecoveryCertified = (root: string, agreement: string, certificate: Uint8Array): Promise<boolean> =>
  isSignedBy(hexToBytes(root), certificate, recoveryToSignedBytes(root, agreement));
