import type { Id, LedgerId } from '#domain/ids.ts';
import type { AccessDeps, Keyholder } from '#sync/access.ts';
import { makeCard, type Card } from '#sync/identity/card.ts';
import type { Device } from '#sync/identity/device.ts';
import { openPerson, type Person, type RecoveryKey } from '#sync/identity/person.ts';
import { sealSecret } from '#sync/identity/wrap.ts';
import { openDeviceKey, type DeviceKey, type SigningKey } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import type { NewDevice } from '#sync/records.ts';
import type { Keyring } from './keyring.ts';

/** What a card says beside whose device it is. */
export interface CardWords {
  readonly name: string;
  readonly deviceName: string;
  /** Who the member is in the ledger's book; null for somebody who only looks on. */
  readonly person: Id | null;
}

/** The person and the device at work: what they sign and open with. */
export interface Self {
  readonly device: Device;
  /** 64 hexadecimal digits; null until the first run is done. */
  root(): string | null;
  /** Null where this device does not hold the words. */
  person(): Promise<Person | null>;
  /** Who this device is in a ledger. */
  pseudonym(ledger: LedgerId): Promise<DeviceKey>;
  /** How this device opens a ledger. Who holds the words also opens what is wrapped to them. */
  access(ledger: LedgerId): Promise<AccessDeps>;
  /** This device as a newcomer to a ledger. */
  asNewcomer(ledger: LedgerId, words: CardWords): Promise<NewDevice>;
  /**
   * A fresh recovery pseudonym for a ledger, and its seed sealed so that only the 24 words open it (hexadecimal); the seed
   * itself is forgotten.
   */
  asRecovery(ledger: LedgerId, words: CardWords): Promise<{ device: NewDevice; credential: string }>;
}

interface Dependencies {
  device: Device;
  keyring: Pick<Keyring, 'get'>;
  /** Pseudonyms whose keys are wrapped to the person's recovery key, as far as they are known: 64 hexadecimal digits. */
  recoveryKeys(ledger: LedgerId): readonly string[];
  randomBytes(length: number): Uint8Array;
}

export function createSelf({ device, keyring, recoveryKeys, randomBytes }: Dependencies): Self {
  function identity() {
    const known = keyring.get().identity;
    if (!known) throw new Error('nobody is anybody before the first run is done');
    const recovery: RecoveryKey = { agreement: known.recovery.agreement, certificate: Buffer.from(known.recovery.certificate, 'hex') };
    return { root: known.root, certificate: Buffer.from(known.certificate, 'hex'), recovery };
  }
  const toCard = (ledger: LedgerId, pseudonym: SigningKey, words: CardWords, recovery: RecoveryKey | null): Promise<Card> => {
    const { root, certificate } = identity();
    return makeCard({ ledger, device, pseudonym, root, certificate: new Uint8Array(certificate), recovery, ...words });
  };

  let opened: { entropy: string; person: Promise<Person> } | undefined;
  async function person(): Promise<Person | null> {
    const entropy = keyring.get().identity?.entropy ?? null;
    if (entropy === null) return null;
    if (opened?.entropy !== entropy) opened = { entropy, person: openPerson(new Uint8Array(Buffer.from(entropy, 'hex'))) };
    return opened.person;
  }

  const pseudonym = (ledger: LedgerId): Promise<DeviceKey> => device.pseudonym(ledger, keyring.get().rounds[ledger]);

  return {
    device,
    root: () => keyring.get().identity?.root ?? null,
    person,
    pseudonym,
    async access(ledger) {
      const own = await pseudonym(ledger);
      const holders: Keyholder[] = [{ key: bytesToHex(own.publicKey), secret: device.agreement }];
      const me = await person();
      if (me?.personal.ledger === ledger) holders.push({ key: bytesToHex(me.personal.founder.publicKey), secret: me.recovery });
      if (me) for (const key of recoveryKeys(ledger)) holders.push({ key, secret: me.recovery });
      return { ledger, device: own, holders };
    },
    async asNewcomer(ledger, words) {
      const own = await pseudonym(ledger);
      return { key: bytesToHex(own.publicKey), card: await toCard(ledger, own, words, null) };
    },
    async asRecovery(ledger, words) {
      const { recovery } = identity();
      const seed = randomBytes(32);
      const other = await openDeviceKey(seed);
      const key = bytesToHex(other.publicKey);
      const sealed = await sealSecret(recovery.agreement, { ledger, key }, seed);
      // Which pseudonym the seed is of has to be known to open it.
      return { device: { key, card: await toCard(ledger, other, words, recovery) }, credential: key + bytesToHex(sealed) };
    },
  };
}
