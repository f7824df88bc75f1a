import type { ErrorCode } from '#contract/errors.ts';
import type { MembersView, MemberView, RefusedView, Role } from '#contract/people-views.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { excerptOf } from '#domain/search-text.ts';
import { isRestricted, ownKey, type LedgerAccess } from '#sync/access.ts';
import { readFrontier as drawnFrontier } from '#sync/frontier.ts';
import type { Frontier } from '#sync/membership-content.ts';
import { isAbove, mayManage, mayWrite, roleNow, tenureNow } from '#sync/protocol/membership.ts';
import { makeEpoch, makeRemoval, makeRole } from '#sync/records.ts';
import type { Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';
import { membersOf, type KnownMember } from './member-names.ts';
import { createOtherLineService } from './other-line.ts';

/** Of one change, the entries that are shown. */
const SHOWN_ENTRIES = 20;
/** Of a refused message, in UTF-16 units. */
const SHOWN_TEXT = 240;
const ROLES: readonly Role[] = ['owner', 'admin', 'editor', 'viewer'];

/** What is known of every document: where somebody loses the right to write, what they wrote counts up to here. */
export const readFrontier = ({ store }: Pick<Ground, 'store'>, ledger: LedgerId): Promise<Result<Frontier, ErrorCode>> => drawnFrontier(store, ledger);

export function createMembersService(ground: Ground): Service<'members'> {
  const { shell, keyring, store, repo, link, personal, people, queries } = ground;

  /** Who takes somebody's right to write away says what counts until then (ADR 15), which nobody can who does not see all of it. */
  const mayEndWriting = (access: LedgerAccess): boolean => !isRestricted(access);

  function mayGive(mine: Role | null, theirs: Role, isMe: boolean): Role[] {
    if (mine === null || isMe || !isAbove(mine, theirs)) return [];
    return ROLES.filter((role) => role !== theirs && (role === 'owner' ? mine === 'owner' : isAbove(mine, role)));
  }

  function toView(access: LedgerAccess, mine: Role | null, myMember: string | undefined, { member, role, root, name, devices }: KnownMember): MemberView {
    const isMe = member === myMember;
    const profile = root === null ? undefined : people.of(root);
    const person = devices.flatMap(({ card }) => card?.person ?? [])[0] ?? null;
    const row = queries.ledgers.find(access.ledger);
    const named = row ? queries.ledgers.devices(row) : [];
    const idOf = new Map([...access.pseudonyms].map(([id, key]) => [key, id]));
    return {
      member, root, role, me: isMe,
      name: people.nameOf(root, name),
      realName: isMe ? (personal.profile()?.realName ?? null) : (profile?.realName ?? null),
      picture: (isMe ? personal.profile()?.picture : profile?.picture) ?? null,
      verified: (root !== null && people.contact(root)?.verified) || null,
      person: named.find(({ id }) => devices.some(({ key }) => idOf.get(key) === id))?.person ?? person,
      devices: devices.map(({ key, card }) => ({
        key, id: idOf.get(key) ?? '', name: named.find(({ id }) => id === idOf.get(key))?.name ?? card?.deviceName ?? '', mine: key === ownKey(access), recovery: card?.recovery != null,
      })),
      may: {
        remove: !isMe && mine !== null && isAbove(mine, role) && mayEndWriting(access),
        roles: mayGive(mine, role, isMe).filter((one) => mayWrite(one) || mayEndWriting(access)),
      },
    };
  }

  function read(ledger: LedgerId): MembersView {
    const access = link.access(ledger);
    if (!access) return { members: [], role: null, mayInvite: [], partial: false, invites: [], epoch: 0, owed: false, refused: 0 };
    const { membership } = access;
    const own = tenureNow(membership, ownKey(access));
    const role = own?.role ?? null;
    return {
      members: membersOf(access).map((member) => toView(access, role, own?.member, member)),
      role,
      mayInvite: role === null ? [] : ROLES.filter((one) => isAbove(role, one)),
      partial: mayManage(role) && !mayEndWriting(access),
      invites: mayManage(role) ? [...membership.invites].map(([key, { role: given, uses, expires }]) => ({ key, role: given, uses, expires })) : [],
      epoch: membership.epochs.at(-1)?.number ?? 0,
      owed: membership.isRotationOwed,
      refused: queries.sync.refused(ledger),
    };
  }

  /** A ledger with members to speak of: not the person's own. */
  const isThere = (ledger: LedgerId): boolean => (queries.ledgers.find(ledger)?.template ?? 'personal') !== 'personal';

  /** Asks for a change of the membership of a ledger that this device is in. */
  const append: typeof link.appendRecord = async (ledger, make) => (isThere(ledger) ? link.appendRecord(ledger, make) : failure('not_found'));

  const takeOut = (ledger: LedgerId, member: (access: LedgerAccess) => string | undefined): Promise<Result<void, ErrorCode>> =>
    append(ledger, async (access) => {
      const one = member(access);
      const theirs = one === undefined ? undefined : access.membership.members.get(one);
      if (one === undefined || !theirs) return failure('person_unknown');
      const own = tenureNow(access.membership, ownKey(access));
      if (own?.member === one && own.role === 'owner') return failure('owner_must_hand_over');
      if (own?.member !== one && !isAbove(own?.role ?? null, theirs.role)) return failure('role_forbids');
      // What one's own devices wrote lies in what they see.
      if (own?.member !== one && !mayEndWriting(access)) return failure('history_partial');
      if (!access.current) return failure('key_missing');
      const frontier = await readFrontier({ store }, ledger);
      return frontier.ok ? success(await makeRemoval(access, { type: 'remove', member: one }, frontier.value, shell.randomBytes)) : frontier;
    });
  const toNull = (outcome: Result<void, ErrorCode>): Result<null, ErrorCode> => (outcome.ok ? success(null) : outcome);

  return {
    ...createOtherLineService(ground),
    'members.get': { topics: ({ ledger }) => [`members:${ledger}`, `ledger:${ledger}`, 'people', 'ledgers'], read: ({ ledger }) => success(read(ledger)) },
    async 'members.setRole'({ ledger, member, role }) {
      return toNull(await append(ledger, async (access) => {
        const theirs = access.membership.members.get(member);
        if (!theirs) return failure('person_unknown');
        const mine = roleNow(access.membership, ownKey(access));
        if (!mayGive(mine, theirs.role, false).includes(role)) return failure('role_forbids');
        if (!access.current) return failure('key_missing');
        if (!mayWrite(role) && !mayEndWriting(access)) return failure('history_partial');
        const frontier = mayWrite(role) ? success(null) : await readFrontier({ store }, ledger);
        return frontier.ok ? success(await makeRole(access, member, role, frontier.value, shell.randomBytes)) : frontier;
      }));
    },
    async 'members.remove'({ ledger, member }) {
      const access = link.access(ledger);
      // Who wants to go leaves: that puts the ledger away too.
      if (access && tenureNow(access.membership, ownKey(access))?.member === member) return failure('role_forbids');
      return toNull(await takeOut(ledger, () => member));
    },
    async 'members.leave'({ ledger }) {
      const access = link.access(ledger);
      if (!isThere(ledger)) return failure('not_found');
      // Whoever is alone in it, or out of it already, just puts it away.
      const isAlone = access?.membership.members.size === 1 && [...access.membership.invites.values()].every(({ expires }) => expires < shell.now());
      // By the relay's list this device may be nobody; by its own, nobody hears of it.
      const { role, barred } = link.standing(ledger);
      const left = isAlone || role === null || barred === 'membership_forked' ? success(undefined) : await takeOut(ledger, (known) => tenureNow(known.membership, ownKey(known))?.member);
      if (!left.ok && left.code !== 'removed' && left.code !== 'not_member') return left;
      const place = personal.places().find((one) => one.ledger === ledger);
      const kept = place ? await personal.keepPlace({ ...place, state: 'left' }) : success(undefined);
      if (!kept.ok) return kept;
      keyring.removeLedger(ledger);
      await link.follow();
      ground.publish('ledgers', `ledger:${ledger}`, `members:${ledger}`, 'people', 'sync');
      return success(null);
    },
    'members.withdrawInvite': async ({ ledger, key }) =>
      toNull(await append(ledger, async (access) => {
        if (!access.membership.invites.has(key)) return failure('not_found');
        // Whoever looked in with it knows the key: a new one, with which every invite ends.
        return mayManage(roleNow(access.membership, ownKey(access))) ? success(await makeEpoch(access, [], shell.randomBytes)) : failure('role_forbids');
      })),
    'members.changeKey': async ({ ledger }) =>
      toNull(await append(ledger, async (access) =>
        mayManage(roleNow(access.membership, ownKey(access))) ? success(await makeEpoch(access, [], shell.randomBytes)) : failure('role_forbids'),
      )),
    async 'members.refused'({ ledger }) {
      if (!isThere(ledger)) return failure('not_found');
      const access = link.access(ledger);
      const stored = await store.refusedChanges(ledger);
      if (!stored.ok) return stored;
      const row = queries.ledgers.find(ledger);
      const named = new Map((row ? queries.ledgers.persons(row) : []).map(({ id, name }) => [id, name]));
      const changes: RefusedView['changes'] = [];
      for (const { document, hash, record, reason, bytes } of stored.value) {
        const change = await repo.readChange(document, bytes, record);
        if (!change.ok) continue;
        const device = change.value.actor.slice(0, 32);
        // This device has said that anew (follow.ts).
        if (reason === 'other_line' && device === access?.device.deviceId) continue;
        for (const one of change.value.revisions) if (one.type === 'person' && !named.has(one.of)) named.set(one.of, one.body.name);
        const key = access?.pseudonyms.get(device);
        const card = key === undefined ? undefined : access?.cards.get(key);
        const entries = change.value.revisions.flatMap((one) => (one.type === 'entry' ? [one.body] : [])).slice(0, SHOWN_ENTRIES);
        const texts = change.value.revisions.flatMap((one) => (one.type === 'message' && one.body.content.kind === 'text' ? [one.body.content.text] : [])).slice(0, SHOWN_ENTRIES);
        changes.push({
          // Who is in no list that is known here is who they say in the book.
          hash, reason, author: card ? people.nameOf(card.root, card.name) : (named.get(change.value.revisions[0]?.by ?? '') ?? ''), device: card?.deviceName ?? '',
          entries: entries.map(({ description, date, currency, amount, state }) => ({ description, date, currency, amount, void: state === 'void' })),
          messages: texts.map((text) => excerptOf(text, '', SHOWN_TEXT)),
          others: change.value.revisions.length - entries.length - texts.length,
        });
      }
      return success({ changes, mayAccept: mayManage(access ? roleNow(access.membership, ownKey(access)) : null) });
    },
    async 'members.accept'({ ledger, hashes }) {
      const refused = await store.refusedChanges(ledger);
      if (!refused.ok) return refused;
      // What nobody else has cannot be let in: it comes when its author's device sends it anew.
      if (!hashes.every((hash) => refused.value.some((change) => change.hash === hash && change.reason !== 'other_line'))) return failure('not_found');
      return toNull(await append(ledger, async (access) =>
        mayManage(roleNow(access.membership, ownKey(access))) ? success(await makeEpoch(access, hashes, shell.randomBytes)) : failure('role_forbids'),
      ));
    },
  };
}
