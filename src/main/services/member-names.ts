import type { Card } from '#sync/identity/card.ts';
import type { LedgerAccess } from '#sync/access.ts';
import type { Role } from '#sync/protocol/membership-record.ts';

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

/** The roots of all members but one. */
export const otherRoots = (access: Pick<LedgerAccess, 'membership' | 'cards'>, own: string | null): string[] => [
  ...new Set(membersOf(access).flatMap(({ root }) => (root === null || root === own ? [] : [root]))),
];
