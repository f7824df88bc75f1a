import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { idSchema, type LedgerId } from '#domain/ids.ts';
import { rootSchema } from '#domain/personal.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { nameSchema } from '#domain/text.ts';
import type { Sealer } from './shell.ts';
import { writeDurably } from './write-durably.ts';

const hexOf = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const secretSchema = hexOf(32);
const sealedSchema = z.strictObject({ sealed: z.string().regex(/^(?:[0-9a-f]{2}){1,500}$/) });

/** `secret`: what stands for 32 secret bytes. */
const keysOf = <Secret extends z.ZodType>(secret: Secret) =>
  z.strictObject({
    version: z.literal(2),
    device: z.strictObject({
      /** All keys of the device follow from it (identity/device.ts of the sync room). */
      seed: secret,
      name: nameSchema,
    }),
    /** Whose device this is; null until the first run has made a person or another device has let this one in. */
    identity: z
      .strictObject({
        /** What the 24 words stand for; null where this device does not hold them, or was told to forget them. */
        entropy: secret.nullable(),
        root: rootSchema,
        /** The root's signature of this device's keys. */
        certificate: hexOf(64),
        /** The person's recovery key, and the root's signature of it. */
        recovery: z.strictObject({ agreement: hexOf(32), certificate: hexOf(64) }),
        /** The person's own ledger. */
        personal: idSchema,
        /** Whether the person has shown that the words are written down. */
        phraseWritten: z.boolean(),
      })
      .nullable(),
    /** Null until the first run has asked. */
    person: z.strictObject({ name: nameSchema, language: z.enum(['en', 'zh-CN']) }).nullable(),
    look: z.strictObject({ theme: z.enum(['light', 'dark', 'auto']), hideAmounts: z.boolean() }),
    relay: z.strictObject({ url: z.string().max(500).nullable(), paused: z.boolean() }),
    /** All ledgers that this device is in: with the seed, enough to ask a relay for them when the database is lost. */
    ledgers: z.array(idSchema),
    /** How often this device came into a ledger before, where it did: each time it is somebody else there (identity/device.ts). */
    rounds: z.record(idSchema, z.number().int().min(1).max(255)).default({}),
    /** When the last backup was written, milliseconds since 1970. */
    lastBackup: z.number().int().min(0).nullable(),
    /** Whether this device looks for others on its network. */
    nearby: z.boolean().default(true),
    /** Whether it was explained here what a call shows of its caller. */
    callsIntroduced: z.boolean().default(false),
  });
const keysSchema = keysOf(secretSchema);
const fileSchema = keysOf(z.union([secretSchema, sealedSchema]));
export type Keys = z.infer<typeof keysSchema>;
type KeysFile = z.infer<typeof fileSchema>;

export type KeyringFailure =
  /** The file is none that this program understands. */
  | 'keys_damaged'
  /** Its secrets were sealed by a host with a sealer that this one does not have. */
  | 'keys_sealed'
  /** It is of a trial version, whose ledgers nobody can open any more. */
  | 'keys_outdated';

/**
 * What must outlive a damaged database: keys, and the few facts of this installation. One small file, `keys.json`,
 * readable by its owner only and replaced as a whole, so that a power cut leaves the old one or the new one. Where the
 * host lends a sealer, the secrets in it are sealed.
 */
export interface Keyring {
  get(): Keys;
  /** Durable when it returns. Throws where the disk refuses (see errorToStoreCode). */
  update(change: (keys: Keys) => Keys): void;
  addLedger(ledger: LedgerId): void;
  removeLedger(ledger: LedgerId): void;
}

/** What stands in the file for the secrets. */
const sealKeys = (keys: Keys, sealer: Sealer | undefined): KeysFile => {
  const seal = (secret: string) => (sealer ? { sealed: Buffer.from(sealer.seal(Buffer.from(secret, 'hex'))).toString('hex') } : secret);
  const { device, identity } = keys;
  const entropy = identity?.entropy ?? null;
  return { ...keys, device: { ...device, seed: seal(device.seed) }, identity: identity && { ...identity, entropy: entropy === null ? null : seal(entropy) } };
};

/** Undefined where a secret cannot be opened. */
function openKeys(file: KeysFile, sealer: Sealer | undefined): Keys | undefined {
  const open = (secret: string | { sealed: string }): string | undefined => {
    if (typeof secret === 'string') return secret;
    const bytes = sealer?.unseal(Buffer.from(secret.sealed, 'hex'));
    return bytes && Buffer.from(bytes).toString('hex');
  };
  const { device, identity } = file;
  const seed = open(device.seed);
  const entropy = identity?.entropy == null ? null : open(identity.entropy);
  if (seed === undefined || entropy === undefined) return undefined;
  return { ...file, device: { ...device, seed }, identity: identity && { ...identity, entropy } };
}

const isSealed = ({ device, identity }: KeysFile): boolean => typeof device.seed !== 'string' && typeof identity?.entropy !== 'string';

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

interface Fresh {
  seed(): Uint8Array;
  deviceName: string;
  sealer?: Sealer | undefined;
}

/**
 * Opens the keys of a profile, or makes them. A file that is there and cannot be opened is left as it is. Throws where the
 * disk refuses.
 */
export function openKeyring(folder: string, { seed, deviceName, sealer }: Fresh): Result<Keyring, KeyringFailure> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'keys.json');
  const text = readText(path);
  const write = (keys: Keys): void => writeDurably(folder, 'keys.json', `${JSON.stringify(sealKeys(keys, sealer), null, 2)}\n`);

  let keys: Keys;
  if (text === undefined) {
    const name = nameSchema.safeParse(deviceName.slice(0, 80));
    keys = {
      version: 2,
      device: { seed: Buffer.from(seed()).toString('hex'), name: name.success ? name.data : 'Computer' },
      identity: null,
      person: null,
      look: { theme: 'auto', hideAmounts: false },
      relay: { url: null, paused: false },
      ledgers: [],
      rounds: {},
      lastBackup: null,
      nearby: true, callsIntroduced: false,
    };
    write(keys);
  } else {
    const json = parseJson(text);
    if (outdatedSchema.safeParse(json).success) return failure('keys_outdated');
    const file = fileSchema.safeParse(json);
    if (!file.success) return failure('keys_damaged');
    const opened = openKeys(file.data, sealer);
    if (!opened) return failure('keys_sealed');
    keys = opened;
    // Made by a host without a sealer.
    if (sealer && !isSealed(file.data)) write(keys);
    else chmodSync(path, 0o600);
  }

  const update = (change: (keys: Keys) => Keys): void => {
    const next = keysSchema.parse(change(keys));
    write(next);
    keys = next;
  };
  return success({
    get: () => keys,
    update,
    addLedger(ledger) {
      if (!keys.ledgers.includes(ledger)) update((before) => ({ ...before, ledgers: [...before.ledgers, ledger] }));
    },
    removeLedger: (ledger) => update((before) => ({ ...before, ledgers: before.ledgers.filter((one) => one !== ledger) })),
  });
}

const outdatedSchema = z.object({ version: z.literal(1) });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
