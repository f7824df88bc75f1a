import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { idSchema, type LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { nameSchema } from '#domain/text.ts';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);

const keyringSchema = z.strictObject({
  version: z.literal(1),
  device: z.strictObject({
    /** Seed of the device's Ed25519 signing key. */
    seed: hex32,
    name: nameSchema,
  }),
  /** Null until the first run has asked. */
  person: z.strictObject({ name: nameSchema, language: z.enum(['en', 'zh-CN']) }).nullable(),
  look: z.strictObject({ theme: z.enum(['light', 'dark', 'auto']), hideAmounts: z.boolean() }),
  relay: z.strictObject({ url: z.string().max(500).nullable(), paused: z.boolean() }),
  /** The 32 secret bytes of each ledger, as hexadecimal. */
  ledgers: z.record(idSchema, hex32),
});
export type Keys = z.infer<typeof keyringSchema>;

/**
 * What must outlive a damaged database: keys, and the few facts of this installation. One small file, `keys.json`,
 * readable by its owner only and replaced as a whole, so that a power cut leaves the old one or the new one.
 */
export interface Keyring {
  get(): Keys;
  /** Durable when it returns. Throws where the disk refuses (see errorToStoreCode). */
  update(change: (keys: Keys) => Keys): void;
  addLedger(ledger: LedgerId, secret: Uint8Array): void;
}

function writeDurably(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  // One that a crash left behind may have been opened to others.
  rmSync(`${path}.new`, { force: true });
  const file = openSync(`${path}.new`, 'wx', 0o600);
  try {
    // Not writeSync: a disk that is nearly full takes the beginning and calls that a success.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  if (process.platform === 'win32') return; // a folder cannot be opened there; NTFS journals the rename
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Opens the keys of a profile, or makes them. A file that is there and cannot be understood is left as it is. Throws where the disk refuses. */
export function openKeyring(folder: string, fresh: { seed: () => Uint8Array; deviceName: string }): Result<Keyring, 'keys_damaged'> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'keys.json');
  const text = readText(path);
  const write = (keys: Keys): void => writeDurably(folder, 'keys.json', `${JSON.stringify(keys, null, 2)}\n`);

  let keys: Keys;
  if (text === undefined) {
    const name = nameSchema.safeParse(fresh.deviceName.slice(0, 80));
    keys = {
      version: 1,
      device: { seed: Buffer.from(fresh.seed()).toString('hex'), name: name.success ? name.data : 'Computer' },
      person: null,
      look: { theme: 'auto', hideAmounts: false },
      relay: { url: null, paused: false },
      ledgers: {},
    };
    write(keys);
  } else {
    const parsed = keyringSchema.safeParse(parseJson(text));
    if (!parsed.success) return failure('keys_damaged');
    keys = parsed.data;
    chmodSync(path, 0o600);
  }

  const update = (change: (keys: Keys) => Keys): void => {
    const next = keyringSchema.parse(change(keys));
    write(next);
    keys = next;
  };
  return success({
    get: () => keys,
    update,
    addLedger: (ledger, secret) =>
      update((before) => ({ ...before, ledgers: { ...before.ledgers, [ledger]: Buffer.from(secret).toString('hex') } })),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
