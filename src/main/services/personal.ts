/** The personal ledger: what a person keeps for themselves, on all their devices. */
import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { rootToThing, type AdmissionBody, type ContactBody, type PlaceBody, type ProfileBody } from '#domain/personal.ts';
import { success, type Result } from '#domain/result.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { makeFounding } from '#sync/records.ts';
import type { Store } from '#sync/store.ts';
import type { Person } from '#sync/identity/person.ts';
import { makeCard } from '#sync/identity/card.ts';
import type { ContactQueries } from '#main/db/queries/contacts.ts';
import type { LedgerQueries } from '#main/db/queries/ledgers.ts';
import type { HistoryQueries } from '#main/db/queries/history.ts';
import type { Keyring } from '#main/keyring.ts';
import type { Self } from '#main/self.ts';
import type { Shell } from '#main/shell.ts';
import type { Author, NewRevision } from './author.ts';

/** What the book says of money when nobody asked: the personal ledger has a currency only because every ledger has one. */
const NO_CURRENCY = 'USD';

export interface Personal {
  /** Undefined before the first run is done, and on a device that has not been let in yet. */
  ledger(): LedgerId | undefined;
  /** Founds it on the device on which the words were made. */
  found(person: Person, name: string): Promise<Result<void, ErrorCode>>;
  /** The revision by which this device says in a ledger whose it is. */
  asDevice(ledger: LedgerId, me: PersonId): Promise<NewRevision>;
  keepPlace(place: Omit<PlaceBody, 'relay'>): Promise<Result<void, ErrorCode>>;
  keepContact(contact: Partial<ContactBody> & { root: string }): Promise<Result<void, ErrorCode>>;
  keepProfile(change: Partial<Omit<ProfileBody, 'root'>>): Promise<Result<void, ErrorCode>>;
  keepAdmission(admission: AdmissionBody): Promise<Result<void, ErrorCode>>;
  admissions(): readonly AdmissionBody[];
  places(): readonly PlaceBody[];
  contacts(): readonly ContactBody[];
  /** What I say of myself, with the real name that not everybody is shown. */
  profile(): ProfileBody | null;
}

interface Dependencies {
  shell: Shell;
  keyring: Keyring;
  self: Self;
  store: Pick<Store, 'records' | 'commitRecords'>;
  author: Author;
  queries: { ledgers: LedgerQueries; contacts: ContactQueries; history: HistoryQueries };
}

export function createPersonal({ shell, keyring, self, store, author, queries }: Dependencies): Personal {
  const ledger = (): LedgerId | undefined => keyring.get().identity?.personal;

  async function asDevice(of: LedgerId, me: PersonId): Promise<NewRevision> {
    const { deviceId, publicKey } = await self.pseudonym(of);
    return { type: 'device', of: deviceId, body: { name: keyring.get().device.name, person: me, publicKey: bytesToHex(publicKey) } };
  }

  /** Writes one revision of a thing. Nothing is written that is so already. */
  async function write(type: 'place' | 'contact' | 'profile' | 'admission', of: string, body: PlaceBody | ContactBody | ProfileBody | AdmissionBody): Promise<Result<void, ErrorCode>> {
    const id = ledger();
    if (id === undefined) return success(undefined);
    return author.change(id, (there) => {
      const prev = queries.history.current(there, type, of);
      return success({ revisions: [{ type, of, prev, body } as NewRevision], answer: () => undefined });
    });
  }

  const personal: Personal = {
    ledger,
    asDevice,
    async found({ personal: { ledger: id, founder, salt, member }, root, recovery }, name) {
      const { device: own, identity } = keyring.get();
      if (!identity) throw new Error('a personal ledger is founded by somebody');
      const me = rootToThing(root);
      const words = { name, deviceName: own.name, person: me };
      const certificate = new Uint8Array(Buffer.from(identity.certificate, 'hex'));
      const recoveryKey = { agreement: recovery.publicHex, certificate: new Uint8Array(Buffer.from(identity.recovery.certificate, 'hex')) };
      // The founding key is the recovery pseudonym here: the words alone lead back.
      const card = await makeCard({ ledger: id, device: self.device, pseudonym: founder, root, certificate, recovery: recoveryKey, ...words });
      const devices = [await self.asNewcomer(id, words), { key: bytesToHex(founder.publicKey), card }];
      keyring.addLedger(id);
      const there = await store.records(id);
      if (!there.ok) return there;
      const records = there.value.length > 0 ? [] : [await makeFounding({ founder, salt, member, devices, randomBytes: shell.randomBytes })];
      const founded = await store.commitRecords(id, (await self.pseudonym(id)).deviceId, there.value.length, records, { refused: [], admitted: [] });
      if (!founded.ok) return founded;
      return author.begin(id, me, [
        { type: 'ledger', of: id, body: { name, template: 'personal', currency: NO_CURRENCY, simplify: true } },
        { type: 'person', of: me, body: { name, state: 'active' } },
        await asDevice(id, me),
        { type: 'profile', of: me, body: { root, name, realName: null, picture: null } },
      ]);
    },
    async keepPlace(place) {
      const id = ledger();
      // Lost with a damaged disk and not here again yet: the companion writes down then what it finds.
      if (id === undefined || !queries.ledgers.find(id)) return success(undefined);
      return write('place', place.ledger, { ...place, relay: keyring.get().relay.url });
    },
    keepContact(change) {
      const known = personal.contacts().find(({ root }) => root === change.root);
      const body: ContactBody = { petname: null, ledger: null, verified: null, state: 'active', showRealName: 'default', ...known, ...change };
      return write('contact', rootToThing(change.root), body);
    },
    async keepProfile(change) {
      const root = self.root();
      const known = personal.profile();
      if (root === null || !known) return success(undefined);
      return write('profile', rootToThing(root), { ...known, ...change });
    },
    keepAdmission: (admission) => write('admission', admission.key.slice(0, 32), admission),
    admissions: () => {
      const id = ledger();
      return id === undefined ? [] : queries.contacts.admissions(id);
    },
    places: () => {
      const id = ledger();
      return id === undefined ? [] : queries.contacts.places(id);
    },
    contacts: () => {
      const id = ledger();
      return id === undefined ? [] : queries.contacts.contacts(id);
    },
    profile: () => {
      const id = ledger();
      const root = self.root();
      // Nobody but my own devices is in this ledger.
      return id === undefined || root === null ? null : (queries.contacts.profile(id, root, () => true) ?? null);
    },
  };
  return personal;
}

