/** Knows when ciphers and disks are under way, so that simulated time can wait for them; and takes chance out of the ciphers. */
import { openAgreementKey } from '#sync/keys.ts';

let busy = 0;
export async function track<T>(work: Promise<T>): Promise<T> {
  busy += 1;
  try {
    return await work;
  } finally {
    busy -= 1;
  }
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Waits until nothing has been under way for three turns of the event loop. */
export async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = busy === 0 ? quiet + 1 : 0) await turn();
}

let isWatching = false;
let dice: (length: number) => Uint8Array = () => new Uint8Array();

/** Counts the ciphers under way. The keys that HPKE makes for each wrap come from `randomBytes` from now on: the same world gets the same. */
export function watchCiphers(randomBytes: (length: number) => Uint8Array): void {
  dice = randomBytes;
  if (isWatching) return;
  isWatching = true;
  const { subtle } = globalThis.crypto;
  for (const name of ['sign', 'verify', 'encrypt', 'decrypt', 'digest', 'importKey', 'exportKey', 'deriveBits'] as const) {
    const original: (...parameters: never[]) => Promise<unknown> = subtle[name].bind(subtle);
    Object.defineProperty(subtle, name, { configurable: true, value: (...parameters: never[]) => track(original(...parameters)) });
  }
  Object.defineProperty(subtle, 'generateKey', { configurable: true, value: () => track(openAgreementKey(dice(32)).then(({ pair }) => pair)) });
}
