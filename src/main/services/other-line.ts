import type { LineRecordView, OtherLineView } from '#contract/people-views.ts';
import { failure, success } from '#domain/result.ts';
import { ownKey, type LedgerAccess } from '#sync/access.ts';
import { findFork } from '#sync/follow.ts';
import { tenureNow } from '#sync/protocol/membership.ts';
import { parseRecord, type MembershipRecord } from '#sync/protocol/membership-record.ts';
import type { Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';
import { membersOf } from './member-names.ts';

type OtherLineService = Pick<Service<'members'>, 'members.otherLine' | 'members.followRelay'>;

/** Where the relay shows another list of members than the one this device knows: what differs, and going over to it. */
export function createOtherLineService({ keyring, link, people, publish }: Ground): OtherLineService {
  const isListed = (ledger: string): boolean => keyring.get().ledgers.includes(ledger);

  function toRecordView({ membership, cards, ...access }: LedgerAccess, { author, change }: MembershipRecord): LineRecordView {
    const nameOf = (key: string | undefined): string | null => {
      const card = key === undefined ? undefined : cards.get(key);
      return card ? people.nameOf(card.root, card.name) : null;
    };
    const nameOfMember = (member: string): string | null =>
      [...membership.tenures].flatMap(([key, tenures]) => (tenures[0]?.member === member ? (nameOf(key) ?? []) : []))[0] ?? null;
    const view = { kind: change.type, by: nameOf(author), byMe: author === ownKey(access), about: null, role: null };
    switch (change.type) {
      case 'found': case 'withdraw': case 'epoch': return view;
      case 'invite': return { ...view, role: change.role };
      case 'join': return { ...view, by: null, about: nameOfMember(change.member) };
      case 'device': return { ...view, about: nameOf(change.device.key) };
      case 'revoke': return { ...view, about: nameOf(change.key) };
      case 'remove': return { ...view, about: nameOfMember(change.member) };
      case 'role': return { ...view, about: nameOfMember(change.member), role: change.role };
      default: return change satisfies never;
    }
  }

  const recordsFrom = (access: LedgerAccess, from: number): LineRecordView[] =>
    access.records.slice(from).flatMap((bytes) => {
      const record = parseRecord(bytes);
      return record.ok ? [toRecordView(access, record.value)] : [];
    });

  return {
    async 'members.otherLine'({ ledger }) {
      const known = link.access(ledger);
      if (!isListed(ledger) || !known) return failure('not_found');
      const read = await link.readOtherLine(ledger);
      if (!read.ok) return read;
      const other = read.value;
      const from = findFork(known, other);
      const own = tenureNow(other.membership, ownKey(other))?.member;
      const view: OtherLineView = {
        hash: other.membership.hash,
        members: membersOf(other).map(({ member, root, name, role }) => ({ name: people.nameOf(root, name), role, me: member === own })),
        theirs: recordsFrom(other, from), ours: recordsFrom(known, from),
      };
      return success(view);
    },
    async 'members.followRelay'({ ledger, hash }) {
      if (!isListed(ledger)) return failure('not_found');
      const followed = await link.followLine(ledger, hash);
      if (!followed.ok) return followed;
      publish('ledgers', `ledger:${ledger}`, `members:${ledger}`, 'people', 'sync');
      return success(null);
    },
  };
}
