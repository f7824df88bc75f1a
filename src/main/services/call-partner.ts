/** Whom a call is with: by the cards of the membership, never by what a signal says of itself. */
import type { CallPeerView } from '#contract/calls-views.ts';
import type { LedgerId } from '#domain/ids.ts';
import { ownKey, type LedgerAccess } from '#sync/access.ts';
import type { CallParty } from '#sync/call-keys.ts';
import { mayWrite } from '#sync/protocol/membership.ts';
import type { Ground } from './ground.ts';
import { membersOf } from './member-names.ts';

/** Whose device it is; undefined where no card of it could be read, and for a person's recovery pseudonym, which rings nowhere. */
export function partyOf({ cards }: Pick<LedgerAccess, 'cards'>, pseudonym: string): CallParty | undefined {
  const card = cards.get(pseudonym);
  return card && card.recovery === null ? { root: card.root, device: card.device, pseudonym } : undefined;
}

export const ownParty = (access: LedgerAccess): CallParty | undefined => partyOf(access, ownKey(access));

/** The present devices of a person in a ledger, by pseudonym. */
export const devicesOf = (access: LedgerAccess, root: string): string[] =>
  membersOf(access)
    .filter((member) => member.root === root)
    .flatMap(({ devices }) => devices.flatMap(({ key, card }) => (card && card.recovery === null ? [key] : [])));

/** Whether a person can see a ledger and write nothing in it. */
export const isReader = (access: LedgerAccess | undefined, root: string): boolean =>
  access !== undefined && membersOf(access).some((member) => member.root === root && !mayWrite(member.role));

export function toPeerView({ people, link }: Pick<Ground, 'people' | 'link'>, ledger: LedgerId, root: string): CallPeerView {
  const access = link.access(ledger);
  const said = people.of(root);
  const claimed = said?.name ?? (access ? (membersOf(access).find((member) => member.root === root)?.name ?? '') : '');
  const { verified = null } = people.contact(root) ?? {};
  return { root, name: people.nameOf(root, claimed), nickname: claimed, realName: said?.realName ?? null, picture: said?.picture ?? null, verified };
}
