/**
 * Keeps all devices of a person in the same ledgers. Each device follows what the personal ledger lists, asks to be let
 * in where it is not, lets in those that ask, and takes out those that are the person's no more. What a crash or a lost
 * answer left half done is completed here too.
 */
import type { LedgerId } from '#domain/ids.ts';
import type { PlaceBody } from '#domain/personal.ts';
import { failure, success } from '#domain/result.ts';
import { ownKey, type LedgerAccess } from '#sync/access.ts';
import { cardSchema, cardToCbor, checkCard, type Card } from '#sync/identity/card.ts';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { decodeCbor, encodeCbor } from '#sync/protocol/cbor.ts';
import { mayWrite, tenureNow, type Membership } from '#sync/protocol/membership.ts';
import { makeDevice, makeRemoval } from '#sync/records.ts';
import type { NewRevision } from './author.ts';
import { becomeAnother } from './enter-ledger.ts';
import { listForeignKeys } from './foreign-keys.ts';
import type { Companion, Ground } from './ground.ts';
import { readFrontier } from './members.ts';
import { comeBack } from './recovery.ts';

/** What could not be done is tried again after so long, and then later and later, in milliseconds. */
const PATIENCE = 2_000;
const LONGEST_PATIENCE = 60_000;

function readCard(hex: string): Card | undefined {
  const decoded = decodeCbor(hexToBytes(hex));
  return decoded.ok ? cardSchema.safeParse(decoded.value).data : undefined;
}

const isIn = (membership: Membership, key: string): boolean => tenureNow(membership, key) !== undefined;

export function createCompanion(ground: Ground): Companion {
  const { shell, keyring, self, store, link, personal, queries, author, publish, inBackground } = ground;
  let isDue = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  let patience = PATIENCE;
  /** Where this device has not said yet whose it is, and whether it waits for the ledger to be read: looked at again as soon as more of it is here. */
  const unsettled = new Map<LedgerId, boolean>();
  const leftAlone = new Set<LedgerId>();

  /** Signing keys of the person's devices, by what the personal ledger says: those that are in, and those that were taken out. */
  function readDevices(): { present: ReadonlySet<string>; revoked: ReadonlySet<string> } | undefined {
    const id = personal.ledger();
    const access = id === undefined ? undefined : link.access(id);
    if (!access) return undefined;
    const devices = [...access.cards].filter(([, { recovery, root }]) => recovery === null && root === self.root());
    const present = new Set(devices.flatMap(([key, { device }]) => (isIn(access.membership, key) ? [device] : [])));
    return { present, revoked: new Set(devices.flatMap(([, { device }]) => (present.has(device) ? [] : [device]))) };
  }

  /** Asks, in the personal ledger, to be let into a ledger that my other devices are in. */
  async function ask(ledger: LedgerId): Promise<void> {
    const { person, device } = keyring.get();
    const { key, card } = await self.asNewcomer(ledger, { name: person?.name ?? '', deviceName: device.name, person: null });
    if (personal.admissions().some((one) => one.key === key)) return;
    await personal.keepAdmission({ ledger, key, card: Buffer.from(encodeCbor(cardToCbor(card))).toString('hex') });
  }

  /** Comes into a ledger that the person is in and this device is not. True where nothing more is to be done about it. */
  async function comeIn({ ledger, credential }: PlaceBody): Promise<boolean> {
    const access = link.access(ledger);
    const { barred } = link.standing(ledger);
    const wasIn = access !== undefined && access.membership.tenures.has(ownKey(access));
    if (wasIn || barred === 'removed') {
      // Out for good, unless the person has come in again since: then under another recovery pseudonym than all before.
      const isAnew = credential !== null && access?.membership.tenures.has(credential.slice(0, 64)) === false;
      if (!isAnew) return true;
      await becomeAnother(ground, ledger);
      keyring.addLedger(ledger);
      await link.follow();
    }
    const person = await self.person();
    if (person && credential !== null) {
      const back = link.state().connection === 'online' ? await comeBack(ground, person, { ledger, credential }, keyring.get().person?.name ?? '') : undefined;
      if (back?.ok === false && back.code === 'removed') return true;
    } else await ask(ledger);
    link.kick(ledger);
    return false;
  }

  /** Comes into the personal ledger itself: where its records came from a backup, or where nothing of it is here any more. */
  async function comeHome(ledger: LedgerId): Promise<boolean> {
    const access = link.access(ledger);
    if (access?.membership.tenures.has(ownKey(access))) return true;
    const person = await self.person();
    const name = keyring.get().person?.name;
    if (!person || name === undefined) return access === undefined;
    const { connection } = link.state();
    if (connection !== 'online' && connection !== 'notSet') return false;
    const back = await comeBack(ground, person, { ledger, credential: null }, name);
    link.kick(ledger);
    // Nobody has it: it begins anew, and what it is to list is found in the ledgers themselves.
    const isLost = !access && !back.ok && (back.code === 'relay_not_set' || back.code === 'nothing_to_restore');
    if (!isLost) return back.ok || back.code === 'removed';
    const founded = await personal.found(person, name);
    await link.follow();
    return founded.ok;
  }

  async function letIn(access: LedgerAccess, present: ReadonlySet<string>): Promise<boolean> {
    let isDone = true;
    for (const { ledger, key, card: hex } of personal.admissions()) {
      if (ledger !== access.ledger || access.membership.tenures.has(key)) continue;
      const card = readCard(hex);
      if (!card || card.root !== self.root() || !present.has(card.device) || !(await checkCard(ledger, key, card))) continue;
      const added = await link.appendRecord(ledger, async (known) =>
        known.membership.tenures.has(key) ? failure('already_joined') : success(await makeDevice(known, known.device, { key, card }, shell.randomBytes)),
      );
      isDone &&= added.ok || added.code === 'already_joined';
    }
    return isDone;
  }

  /** Takes out of a ledger the devices that were taken out of the personal one, and the ways back that they may have left for themselves. */
  async function takeOut(access: LedgerAccess, revoked: ReadonlySet<string>): Promise<boolean> {
    let isDone = true;
    for (const key of listForeignKeys(access, (device) => revoked.has(device))) {
      const taken = await link.appendRecord(access.ledger, async (known) => {
        if (!isIn(known.membership, key)) return failure('not_found');
        const frontier = await readFrontier({ store }, access.ledger);
        return frontier.ok ? success(await makeRemoval(known, { type: 'revoke', key }, frontier.value, shell.randomBytes)) : frontier;
      });
      isDone &&= taken.ok || taken.code === 'not_found';
    }
    return isDone;
  }

  /** A device that was let in says whose it is, as my other devices or the cards say it. */
  async function settle(ledger: LedgerId): Promise<void> {
    const row = queries.ledgers.find(ledger);
    const access = link.access(ledger);
    const mine = access && tenureNow(access.membership, ownKey(access));
    const isBehind = link.state().catchingUp.has(ledger);
    unsettled.set(ledger, isBehind);
    if (!row || !access || !mine || !access.current || isBehind) return;
    unsettled.delete(ledger);
    const devices = queries.ledgers.devices(row);
    if (!mayWrite(mine.role) || devices.some(({ id }) => id === row.device)) return;
    const another = devices.find(({ id }) => tenureNow(access.membership, access.pseudonyms.get(id) ?? '')?.member === mine.member);
    const person = another?.person ?? row.me;
    if (person === null) return;
    const name = keyring.get().person?.name;
    const revisions: NewRevision[] = [await personal.asDevice(ledger, person)];
    if (name !== undefined && !queries.ledgers.person(row, person)) revisions.unshift({ type: 'person', of: person, body: { name, state: 'active' } });
    await author.begin(ledger, person, revisions);
  }

  /** Sees to it that the words alone lead back to a ledger. */
  async function keepWayBack(access: LedgerAccess, place: PlaceBody): Promise<boolean> {
    const key = place.credential?.slice(0, 64);
    if (key !== undefined && isIn(access.membership, key)) return true;
    const { ledger } = place;
    const row = queries.ledgers.find(ledger);
    const { device, credential } = await self.asRecovery(ledger, { name: keyring.get().person?.name ?? '', deviceName: keyring.get().device.name, person: row?.me ?? null });
    const added = await link.appendRecord(ledger, async (known) => success(await makeDevice(known, known.device, device, shell.randomBytes)));
    return added.ok && (await personal.keepPlace({ ...place, credential })).ok;
  }

  /** Ledgers that this device came into without being able to write that down any more. */
  async function listPlaces(): Promise<readonly PlaceBody[]> {
    const places = personal.places();
    const known = new Set(places.map(({ ledger }) => ledger));
    for (const ledger of keyring.get().ledgers) {
      const access = link.access(ledger);
      if (known.has(ledger) || leftAlone.has(ledger) || ledger === personal.ledger() || !access || !isIn(access.membership, ownKey(access))) continue;
      const row = queries.ledgers.find(ledger);
      if (row) await personal.keepPlace({ ledger, name: row.name, credential: null, state: 'in' });
      else unsettled.set(ledger, false);
    }
    return personal.places();
  }

  /** True where nothing is left to be done. */
  async function lookAt(place: PlaceBody, { present, revoked }: NonNullable<ReturnType<typeof readDevices>>): Promise<boolean> {
    const { ledger } = place;
    if (leftAlone.has(ledger)) return true;
    const access = link.access(ledger);
    if (!access || link.standing(ledger).role === null) return comeIn(place);
    if (!access.current) return true;
    await settle(ledger);
    const done: boolean[] = [];
    // Who is no device of the person any more has nothing to decide, and alone nobody can.
    if (present.has(self.device.device) && link.state().connection === 'online') done.push(await letIn(access, present), await takeOut(access, revoked), await keepWayBack(access, place));
    return done.every(Boolean);
  }

  /** Follows the list of ledgers. */
  async function followPlaces(places: readonly PlaceBody[]): Promise<void> {
    const { ledgers } = keyring.get();
    for (const { ledger, state } of places) {
      if (state === 'left' && ledgers.includes(ledger)) keyring.removeLedger(ledger);
      if (state === 'in' && !ledgers.includes(ledger)) keyring.addLedger(ledger);
    }
    if (keyring.get().ledgers === ledgers) return;
    await link.follow();
    publish('ledgers', 'people', 'sync');
  }

  async function lookOnce(): Promise<void> {
    // What is known of each ledger has to be here before it can be missed.
    await link.follow();
    const own = personal.ledger();
    if (own === undefined || !keyring.get().person) return;
    const isHome = await comeHome(own);
    const devices = readDevices();
    if (!devices) return;
    await settle(own);
    const places = await listPlaces();
    await followPlaces(places);
    let isDone = isHome;
    for (const place of places) if (place.state === 'in') isDone = (await lookAt(place, devices)) && isDone;
    clearTimeout(timer);
    if (isDone) patience = PATIENCE;
    else if (!isClosed && link.state().connection === 'online') {
      timer = setTimeout(look, patience);
      patience = Math.min(2 * patience, LONGEST_PATIENCE);
    }
  }

  function look(): void {
    isDue = true;
    clearTimeout(timer);
    if (running || isClosed) return;
    running = (async () => {
      while (isDue && !isClosed) {
        isDue = false;
        await lookOnce();
      }
    })().finally(() => (running = undefined));
    inBackground(() => running ?? Promise.resolve());
  }
  link.onAccess(look);
  look();
  let wasOnline = false;
  link.onState(() => {
    const { connection, catchingUp } = link.state();
    const isOnline = connection === 'online';
    const isRead = [...unsettled].some(([ledger, isBehind]) => isBehind && !catchingUp.has(ledger));
    if (isOnline && (!wasOnline || isRead)) look();
    wasOnline = isOnline;
  });
  ground.onCommitted((ledger) => {
    if (ledger === personal.ledger() || unsettled.has(ledger)) look();
  });

  return {
    look,
    async lookNow() {
      look();
      await running;
    },
    async leaveAlone(ledger, work) {
      leftAlone.add(ledger);
      try {
        return await work();
      } finally {
        leftAlone.delete(ledger);
        look();
      }
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

