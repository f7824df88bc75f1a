import type { ErrorCode } from '#contract/errors.ts';
import type { InvitePreviewView } from '#contract/views.ts';
import type { Output } from '#contract/api.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { resolveRevisions, type Revision } from '#domain/revision.ts';
import { CODE_LIFETIME, leaveInvite, readLedgerAtRelay, takeInvite } from '#sync/errand.ts';
import { parseCode } from '#sync/invite-code.ts';
import { encodeInvite, isInviteLink, parseInvite, type Invite } from '#sync/invite.ts';
import { openLedgerKeys } from '#sync/keys.ts';
import { systemTimers } from '#sync/timers.ts';
import { connectWebSocket } from '#sync/transport.websocket.ts';
import type { Parsed, Service } from '#main/handlers.ts';
import { revisionsToPlace } from '#main/db/place.ts';
import type { NewRevision } from './author.ts';
import type { Ground } from './ground.ts';

/** Somebody waits for the answer: a relay that is silent for so long is away, in milliseconds. */
const PATIENCE = 8_000;
/** How long joining waits for the ledger to arrive, and inviting for it to be sent, before they answer without that, in milliseconds. */
const ARRIVAL = 10_000;
const DEPARTURE = 5_000;
/** Invites looked at and not yet joined; more than these nobody has open. */
const MAXIMUM_TICKETS = 10;

interface Ticket {
  invite: Invite;
  ledger: LedgerId;
  persons: InvitePreviewView['persons'];
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

export function createSharingService({ shell, keyring, device, author, link, repo, queries, untilCommitted }: Ground): Service<'sharing'> {
  const errand = { connect: connectWebSocket(shell.webSocket), timers: systemTimers, patience: PATIENCE, randomBytes: shell.randomBytes, repo };
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
    const invite = await readInvite(text);
    if (!invite.ok) return invite;
    const { ledger } = await openLedgerKeys(invite.value.secret);
    if (queries.ledgers.find(ledger)?.me != null) return failure('already_joined', { ledger });
    const { url } = keyring.get().relay;
    if (url !== null && !isSameAddress(url, invite.value.relay)) return failure('relay_differs', { relay: invite.value.relay });
    const revisions = await readLedgerAtRelay(errand, invite.value);
    if (!revisions.ok) return revisions;
    const preview = revisionsToPreview(ledger, revisions.value);
    const ticket = shell.ids.next();
    tickets.set(ticket, { invite: invite.value, ledger, persons: preview.persons });
    for (const [oldest] of tickets) if (tickets.size > MAXIMUM_TICKETS) tickets.delete(oldest);
    return success({ ticket, ledger, relay: invite.value.relay, setsRelay: url === null, ...preview, name: preview.name || invite.value.name });
  }

  async function join({ ticket: id, as }: Parsed<'sharing.join'>): Promise<Result<Output<'sharing.join'>, ErrorCode>> {
    const ticket = tickets.get(id);
    if (!ticket) return failure('invite_expired');
    if (!keyring.get().person) return failure('not_set_up');
    const { ledger, invite, persons } = ticket;
    if (queries.ledgers.find(ledger)?.me != null) return failure('already_joined', { ledger });
    const chosen = 'person' in as ? persons.find(({ id: person }) => person === as.person)?.id : shell.ids.next();
    if (chosen === undefined) return failure('person_unknown');
    const me: PersonId = chosen;
    const publicKey = Buffer.from(device.publicKey).toString('hex');
    const revisions: NewRevision[] = [
      ...('name' in as ? [{ type: 'person' as const, of: me, body: { name: as.name, state: 'active' as const } }] : []),
      { type: 'device', of: device.deviceId, body: { name: keyring.get().device.name, person: me, publicKey } },
    ];
    keyring.addLedger(ledger, invite.secret);
    keyring.update((keys) => ({ ...keys, relay: { ...keys.relay, url: keys.relay.url ?? invite.relay } }));
    // Taken before anything is waited for: asked for twice at once, it joins once.
    tickets.delete(id);
    const written = await author.begin(ledger, me, revisions);
    if (!written.ok) {
      tickets.set(id, ticket);
      return written;
    }
    link.follow();
    // Where the relay has gone meanwhile, the ledger comes when it is back.
    await untilCommitted(ledger, () => queries.ledgers.find(ledger) !== undefined, ARRIVAL);
    return success({ ledger, me });
  }

  return {
    async 'sharing.invite'({ ledger }) {
      const row = queries.ledgers.find(ledger);
      const { relay, ledgers } = keyring.get();
      const secret = ledgers[ledger];
      if (!row || secret === undefined) return failure('not_found');
      if (relay.url === null) return failure('relay_not_set');
      const invite: Invite = { relay: relay.url, secret: new Uint8Array(Buffer.from(secret, 'hex')), name: row.name };
      // Who opens the invite at once should find the ledger there. While the relay is away the link still holds for later.
      if (['online', 'connecting'].includes(link.state().connection)) await untilCommitted(ledger, () => queries.ledgers.isAtRelay(row), DEPARTURE);
      const expires = shell.now() + CODE_LIFETIME;
      const code = await leaveInvite(errand, invite);
      return success({ link: encodeInvite(invite), code: code.ok ? code.value : null, codeExpires: code.ok ? expires : null });
    },
    'sharing.open': open,
    'sharing.join': join,
  };
}
