import type { ErrorCode } from '#contract/errors.ts';
import type { InvitePreviewView, InviteView } from '#contract/views.ts';
import type { Output } from '#contract/api.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { rootToThing } from '#domain/personal.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { isListedTemplate, resolveRevisions, type Revision } from '#domain/revision.ts';
import type { AccessDeps, LedgerAccess } from '#sync/access.ts';
import { CODE_LIFETIME, leaveInvite, takeInvite } from '#sync/errand.ts';
import { openInviteKeys, type InviteKeys } from '#sync/identity/invite-key.ts';
import { parseCode } from '#sync/invite-code.ts';
import { encodeInvite, isInviteLink, parseInvite, type Invite, type InviteKind } from '#sync/invite.ts';
import { deviceIdOf } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { mayWrite, roleNow } from '#sync/protocol/membership.ts';
import type { Role } from '#sync/protocol/membership-record.ts';
import { makeInvite, makeJoin, type History } from '#sync/records.ts';
import { enterLedger, lookIntoLedger } from '#sync/visit-ledger.ts';
import type { Parsed, Service } from '#main/handlers.ts';
import type { Self } from '#main/self.ts';
import { revisionsToPlace } from '#main/db/place.ts';
import type { NewRevision } from './author.ts';
import { becomeAnother, followLedger } from './enter-ledger.ts';
import type { Ground } from './ground.ts';
import { membersOf } from './member-names.ts';
import { restateLedger } from './restate-ledger.ts';

/** How long joining waits for the ledger to arrive, and inviting for it to be sent, before they answer without that, in milliseconds. */
const ARRIVAL = 10_000;
const DEPARTURE = 5_000;
/** Invites looked at and not yet joined; more than these nobody has open. */
const MAXIMUM_TICKETS = 10;
const DAY = 86_400_000;

interface Ticket {
  invite: Invite;
  keys: InviteKeys;
  access: LedgerAccess;
  role: Role;
  persons: InvitePreviewView['persons'];
  recovery?: Awaited<ReturnType<Self['asRecovery']>>;
}

/** Who comes in; null: somebody who is not in the book. `name`: of somebody who is new to it. */
interface Chosen {
  me: PersonId | null;
  name: string | null;
}

export interface Terms {
  ledger: LedgerId;
  kind: InviteKind;
  name: string;
  role: Role;
  history: History;
  uses: number;
  days: number;
}

/** What the revisions of a ledger's own document say, as it is shown before joining. */
function revisionsToPreview(ledger: LedgerId, revisions: readonly Revision[]): Pick<InvitePreviewView, 'name' | 'persons'> {
  const things = [...Map.groupBy(revisions, ({ type, of }) => `${type}/${of}`).values()].flatMap((all) => {
    const chosen = resolveRevisions(all)?.chosen;
    return chosen ? [{ chosen, place: revisionsToPlace(chosen.of, all) }] : [];
  });
  const devices = things.flatMap(({ chosen }) => (chosen.type === 'device' ? [chosen.body.person] : []));
  return {
    name: things.flatMap(({ chosen }) => (chosen.type === 'ledger' && chosen.of === ledger ? [chosen.body.name] : []))[0] ?? '',
    persons: things
      .toSorted((a, b) => (a.place < b.place ? -1 : 1))
      .flatMap(({ chosen }) => (chosen.type === 'person' && chosen.body.state === 'active' ? [{ id: chosen.of, name: chosen.body.name }] : []))
      .map((person) => ({ ...person, devices: devices.filter((id) => id === person.id).length })),
  };
}

const isSameAddress = (one: string, other: string): boolean => new URL(one).href === new URL(other).href;

async function inviteToAccess({ ledger }: Invite, { access, agreement }: InviteKeys): Promise<AccessDeps> {
  const device = { ...access, deviceId: await deviceIdOf(access.publicKey) };
  return { ledger, device, holders: [{ key: bytesToHex(access.publicKey), secret: agreement }] };
}

/** Makes an invite and leaves it at the relay for a code. */
export async function inviteTo(ground: Ground, { ledger, kind, name, role, history, uses, days }: Terms): Promise<Result<InviteView, ErrorCode>> {
  const { shell, keyring, link, queries, untilCommitted, errand } = ground;
  const relay = keyring.get().relay.url;
  if (relay === null) return failure('relay_not_set');
  const seed = shell.randomBytes(32);
  const { access, agreement } = await openInviteKeys(seed);
  const key = bytesToHex(access.publicKey);
  const expires = shell.now() + days * DAY;
  const invited = await link.appendRecord(ledger, async (known) =>
    known.current ? success(await makeInvite(known, { key, agreement: agreement.publicHex, role, uses, expires, history }, shell.randomBytes)) : failure('key_missing'),
  );
  if (!invited.ok) return invited;
  if (history === 'joining') {
    const restated = await restateLedger(ground, ledger);
    if (!restated.ok) return restated;
  }
  // Who opens the invite at once should find the ledger there.
  const row = queries.ledgers.find(ledger);
  if (row) await untilCommitted(ledger, () => queries.ledgers.isAtRelay(row), DEPARTURE);
  const invite: Invite = { kind, relay, ledger, seed, name };
  const code = await leaveInvite(errand, invite);
  return success({ link: encodeInvite(invite), code: code.ok ? code.value : null, codeExpires: code.ok ? shell.now() + CODE_LIFETIME : null, key, expires });
}

export function createSharingService(ground: Ground): Service<'sharing'> {
  const { shell, keyring, self, author, link, queries, untilCommitted, errand, personal, people } = ground;
  const tickets = new Map<string, Ticket>();

  async function readInvite(text: string): Promise<Result<Invite, ErrorCode>> {
    if (isInviteLink(text)) return parseInvite(text);
    // Before a relay is asked for: no relay makes an invitation of what cannot be one.
    const code = parseCode(text);
    if (!code.ok) return code;
    const { url } = keyring.get().relay;
    return url === null ? failure('relay_not_set') : takeInvite(errand, url, text);
  }

  async function open({ invite: text }: Parsed<'sharing.open'>): Promise<Result<InvitePreviewView, ErrorCode>> {
    const read = await readInvite(text);
    if (!read.ok) return read;
    const invite = read.value;
    const { ledger, relay, kind } = invite;
    if (kind === 'device') return failure('already_set_up');
    if (link.standing(ledger).role !== null) return kind === 'contact' ? failure('contact_is_me') : failure('already_joined', { ledger });
    const { url } = keyring.get().relay;
    if (url !== null && !isSameAddress(url, relay)) return failure('relay_differs', { relay });
    const keys = await openInviteKeys(invite.seed);
    const looked = await lookIntoLedger(errand, relay, await inviteToAccess(invite, keys));
    if (!looked.ok) return failure(looked.code === 'taken_out' ? 'invite_expired' : looked.code);
    const { access, revisions } = looked.value;
    const role = access.membership.invites.get(bytesToHex(keys.access.publicKey))?.role;
    if (role === undefined) return failure('invite_expired');
    const preview = revisionsToPreview(ledger, revisions);
    const ticket = shell.ids.next();
    tickets.set(ticket, { invite, keys, access, role, persons: preview.persons });
    for (const [oldest] of tickets) if (tickets.size > MAXIMUM_TICKETS) tickets.delete(oldest);
    const members = membersOf(access).map((member) => ({ root: member.root, name: member.name, role: member.role }));
    return success({ ticket, ledger, kind, relay, role, members, setsRelay: url === null, ...preview, name: preview.name || invite.name });
  }

  /** Who comes in: somebody of the book, somebody new, or nobody who has a part in it. */
  function choose({ invite: { kind }, persons, role }: Ticket, as: Parsed<'sharing.join'>['as']): Result<Chosen, ErrorCode> {
    const root = self.root();
    if (kind === 'contact' && root !== null) return success({ me: rootToThing(root), name: keyring.get().person?.name ?? '' });
    if (as === null) return mayWrite(role) ? failure('person_unknown') : success({ me: null, name: null });
    if ('person' in as) return persons.some(({ id }) => id === as.person) ? success({ me: as.person, name: null }) : failure('person_unknown');
    // Somebody who only looks on cannot write themselves into the book.
    return mayWrite(role) ? success({ me: shell.ids.next(), name: as.name }) : success({ me: null, name: null });
  }

  /** Whoever was taken out of the ledger, or left it, comes in as somebody new. */
  async function renew({ ledger, membership }: Pick<LedgerAccess, 'ledger' | 'membership'>): Promise<void> {
    for (;;) {
      const key = bytesToHex((await self.pseudonym(ledger)).publicKey);
      if (!membership.tenures.has(key) || roleNow(membership, key) !== null) return;
      await becomeAnother(ground, ledger);
    }
  }

  async function come(ticket: Ticket, { me, name }: Chosen): Promise<Result<void, ErrorCode>> {
    const { invite: { ledger, relay, name: invited }, keys, access } = ticket;
    const { person, device } = keyring.get();
    const words = { name: person?.name ?? '', deviceName: device.name, person: me };
    const isFirst = ticket.recovery === undefined;
    if (isFirst) await renew(access);
    const newcomer = await self.asNewcomer(ledger, words);
    // Where an answer was lost, the second attempt has to find what the first one brought.
    ticket.recovery ??= await self.asRecovery(ledger, words);
    const { recovery } = ticket;
    const member = bytesToHex(shell.randomBytes(8));
    const make = (known: LedgerAccess) => makeJoin(known, keys.access, member, [newcomer, recovery.device], shell.randomBytes);
    // On the list beforehand: who is in and does not know it, because of a crash or a lost answer, finds out by asking the relay.
    const wasListed = keyring.get().ledgers.includes(ledger);
    keyring.addLedger(ledger);
    if (link.standing(ledger).role === null) {
      const entered = await enterLedger(errand, relay, { ledger, device: access.device, holders: access.holders }, newcomer.key, make);
      if (!entered.ok) {
        const isOut = entered.code === 'invite_expired' || entered.code === 'taken_out' || entered.code === 'key_missing';
        if (isOut && isFirst && !wasListed) keyring.removeLedger(ledger);
        await link.follow();
        return failure(entered.code === 'taken_out' ? 'invite_expired' : entered.code);
      }
      keyring.update((before) => ({ ...before, relay: { ...before.relay, url: before.relay.url ?? relay } }));
      const followed = await followLedger(ground, ledger, entered.value);
      if (!followed.ok) return followed;
    }
    const kept = await personal.keepPlace({ ledger, name: invited, credential: recovery.credential, state: 'in' });
    if (!kept.ok) return kept;
    const role = roleNow(link.access(ledger)?.membership ?? access.membership, newcomer.key);
    if (me !== null && mayWrite(role)) {
      const revisions: NewRevision[] = [
        ...(name === null ? [] : [{ type: 'person' as const, of: me, body: { name, state: 'active' as const } }]),
        await personal.asDevice(ledger, me),
        ...people.asProfile(ledger),
      ];
      return author.begin(ledger, me, revisions);
    }
    return success(undefined);
  }

  async function join({ ticket: given, as }: Parsed<'sharing.join'>): Promise<Result<Output<'sharing.join'>, ErrorCode>> {
    // A script has no memory between two calls: it may hand in the link itself.
    const looked = isInviteLink(given) ? await open({ invite: given }) : success({ ticket: given });
    if (!looked.ok) return looked;
    const id = looked.value.ticket;
    const ticket = tickets.get(id);
    if (!ticket) return failure('invite_expired');
    if (!keyring.get().person) return failure('not_set_up');
    const { ledger } = ticket.invite;
    if (link.standing(ledger).role !== null && !ticket.recovery) return failure('already_joined', { ledger });
    const chosen = choose(ticket, as);
    if (!chosen.ok) return chosen;
    // Taken before anything is waited for: asked for twice at once, it joins once.
    tickets.delete(id);
    const entered = await ground.companion().leaveAlone(ledger, () => come(ticket, chosen.value));
    if (!entered.ok) {
      tickets.set(id, ticket);
      return entered;
    }
    // Where the relay has gone meanwhile, the ledger comes when it is back.
    await untilCommitted(ledger, () => queries.ledgers.find(ledger) !== undefined, ARRIVAL);
    return success({ ledger, me: chosen.value.me });
  }

  return {
    async 'sharing.invite'({ ledger, role, history, uses, days }) {
      const row = queries.ledgers.find(ledger);
      return row && isListedTemplate(row.template) ? inviteTo(ground, { ledger, kind: 'ledger', name: row.name, role, history, uses, days }) : failure('not_found');
    },
    'sharing.open': open,
    'sharing.join': join,
  };
}
