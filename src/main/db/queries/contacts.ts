import type { DeviceId, LedgerId } from '#domain/ids.ts';
import { rootToThing, type AdmissionBody, type ContactBody, type PlaceBody, type ProfileBody, type Root } from '#domain/personal.ts';
import { resolveRevisions, type Revision, type RevisionOf } from '#domain/revision.ts';
import { payloadToRevision } from '#main/db/payload.ts';
import type { Reader } from '#main/db/reader.ts';
import { createPersonalPayloads } from './personal-payloads.ts';

/** What a person's own ledger and the direct ones hold. */
export interface ContactQueries {
  /** The contacts kept in the person's own ledger, archived ones too, in the order of their roots. */
  contacts(personal: LedgerId): ContactBody[];
  contact(personal: LedgerId, root: Root): ContactBody | undefined;
  /** The ledgers that the person is or was in, in the order of their ids. */
  places(personal: LedgerId): PlaceBody[];
  /** Devices of the person that asked to be let into ledgers. */
  admissions(personal: LedgerId): AdmissionBody[];
  /**
   * What somebody says of themselves in a ledger. Everybody who may write there can write a profile under any name, so
   * only what devices of that person wrote counts: `isTheirs` tells, from the cards of the membership.
   */
  profile(ledger: LedgerId, root: Root, isTheirs: (device: DeviceId) => boolean): ProfileBody | undefined;
}

export function createContactQueries(reader: Reader): ContactQueries {
  const payloads = createPersonalPayloads(reader);
  const said = reader.prepare<[string, string], string>(
    `SELECT revision.payload FROM revision JOIN ledger ON ledger.key = revision.ledger WHERE revision.thing = ? AND ledger.id = ? AND revision.type = 'profile'`,
  ).pluck();

  const toContact = (payload: string): ContactBody => (payloadToRevision(payload) as RevisionOf<'contact'>).body;
  const toPlace = (payload: string): PlaceBody => (payloadToRevision(payload) as RevisionOf<'place'>).body;
  const isProfile = (revision: Revision): revision is RevisionOf<'profile'> => revision.type === 'profile';

  return {
    contacts: (personal) => payloads.all(personal, 'contact').map(toContact),
    contact(personal, root) {
      const payload = payloads.one(personal, 'contact', rootToThing(root));
      return payload === undefined ? undefined : toContact(payload);
    },
    admissions: (personal) => payloads.all(personal, 'admission').map((payload) => (payloadToRevision(payload) as RevisionOf<'admission'>).body),
    places: (personal) => payloads.all(personal, 'place').map(toPlace),
    profile(ledger, root, isTheirs) {
      const theirs = said.all(rootToThing(root), ledger).map(payloadToRevision).filter(isProfile);
      return resolveRevisions(theirs.filter(({ device, body }) => body.root === root && isTheirs(device)))?.chosen.body;
    },
  };
}
