import type { Card } from '#sync/identity/card.ts';
import type { LedgerAccess } from '#sync/access.ts';
import { tenureNow } from '#sync/protocol/membership.ts';
import type { Role } from '#sync/protocol/membership-record.ts';
import type { DeviceId, PersonId } from '#domain/ids.ts';

/** A member as their cards tell. */
export interface KnownMember {
  /** 16 hexadecimal digits. */
  readonly member: string;
  readonly role: Role;
  /** Null where no card of theirs could be read. */
  readonly root: string | null;
  /** What they call themselves; empty where that is not known. */
  readonly name: string;
  readonly devices: readonly { readonly key: string; readonly card: Card | undefined }[];
}

/** The members of a ledger, in the order they came in. */
export function membersOf({ membership, cards }: Pick<LedgerAccess, 'membership' | 'cards'>): KnownMember[] {
  return [...membership.members].map(([member, { role, devices }]) => {
    const known = devices.map((key) => ({ key, card: cards.get(key) }));
    const readable = known.flatMap(({ card }) => card ?? []);
    const card = readable.find(({ recovery }) => recovery === null) ?? readable[0];
    return { member, role, root: card?.root ?? null, name: card?.name ?? '', devices: known };
  });
}

/**
 * Who somebody is in the book, as their cards say: the card of this pseudonym before those of their devices that are in,
 * and those before the others.
 */
export function personOf({ membership, cards }: Pick<LedgerAccess, 'membership' | 'cards'>, { key, root }: { key: string; root: string | null }): PersonId | null {
  const theirs = [...cards].filter(([, card]) => root !== null && card.root === root);
  const present = theirs.filter(([other]) => tenureNow(membership, other) !== undefined);
  return [cards.get(key), ...[...present, ...theirs].map(([, card]) => card)].find((card) => card?.person != null)?.person ?? null;
}

/** Whose device it is, by the membership; null where no card of it could be read. */
export function memberOfDevice(access: Pick<LedgerAccess, 'membership' | 'cards' | 'pseudonyms'>, device: DeviceId): { root: string; name: string; deviceName: string; person: PersonId | null } | null {
  const key = access.pseudonyms.get(device);
  const card = key === undefined ? undefined : access.cards.get(key);
  if (key === undefined || !card) return null;
  const { root, name, deviceName } = card;
  return { root, name, deviceName, person: personOf(access, { key, root }) };
}

/** The roots of all members but one. */
export const otherRoots = (access: Pick<LedgerAccess, 'membership' | 'cards'>, own: string | null): string[] => [
  ...new Set(membersOf(access).flatMap(({ root }) => (root === null || root === own ? [] : [root]))),
];
