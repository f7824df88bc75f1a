/** The key that seals a profile's secrets. It lies beside them in `profile.key`, itself sealed by the system's keychain. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '#main/write-durably.ts';

const FILE = 'profile.key';
const KEY_BYTES = 32;

/** The system's keychain. Both ways reject where it refuses. */
export interface Keychain {
  /** Why nothing is secret in it; undefined where it is. */
  weakness(): Promise<string | undefined>;
  seal(text: string): Promise<Uint8Array>;
  /** `isOld`: sealed in a way that the keychain has replaced since. */
  open(sealed: Uint8Array): Promise<{ text: string; isOld: boolean }>;
}

/**
 * The profile's key, made where there is none yet; null where the keychain keeps nothing secret, or does not open it, which
 * `log` is told. A file that is there is never replaced by another key: it may open again later.
 */
export async function openProfileKey(
  profile: string, keychain: Keychain, { randomBytes, log }: { randomBytes(length: number): Uint8Array; log(text: string): void },
): Promise<Uint8Array | null> {
  try {
    const weakness = await keychain.weakness();
    if (weakness !== undefined) {
      log(`secrets are not sealed: ${weakness}`);
      return null;
    }
    const keep = async (key: Uint8Array): Promise<void> => writeDurably(profile, FILE, await keychain.seal(Buffer.from(key).toString('base64')));
    const path = join(profile, FILE);
    if (!existsSync(path)) {
      const key = new Uint8Array(randomBytes(KEY_BYTES));
      await keep(key);
      return key;
    }
    const { text, isOld } = await keychain.open(readFileSync(path));
    const key = Buffer.from(text, 'base64');
    if (key.length !== KEY_BYTES) throw new Error('not a key');
    if (isOld) await keep(key);
    return new Uint8Array(key);
  } catch (error) {
    log(`the keychain does not open ${FILE}: ${error instanceof Error ? error.message : typeof error}`);
    return null;
  }
}
