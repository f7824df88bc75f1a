/**
 * Keeps all devices of a person in the same ledgers. Each device follows what the personal ledger lists, asks to be let
 * in where it is not, lets in those that ask, and takes out those that are the person's no more.
 */
import type { LedgerId } from '#domain/ids.ts';
import { success } from '#domain/result.ts';
import { ownKey, type LedgerAccess } from '#sync/access.ts';
import { cardSchema, cardToCbor, checkCard, type Card } from '#sync/identity/card.ts';
import { hexToBytes } from '#sync/protocol/bytes.ts';
import { decodeCbor, encodeCbor } from '#sync/protocol/cbor.ts';
import { mayWrite, tenureNow } from '#sync/protocol/membership.ts';
import { makeDevice, makeRemoval } from '#sync/records.ts';
import type { Ground } from './ground.ts';
import { readFrontier } from './members.ts';

export interface Companion {
  /** Looks at everything once more; asked for again meanwhile, once more after that. */
  look(): void;
  /** The same, and settles when it is done. */
  lookNow(): Promise<void>;
  close(): Promise<void>;
}

/** A device that waits to be let in asks again after so long, in milliseconds. */
const PATIENCE = 5_000;

function readCard(hex: string): Card | undefined {
  const decoded = decodeCbor(hexToBytes(hex));
  return decoded.ok ? cardSchema.safeParse(decoded.value).data : undefined;
}

export function createCompanion(ground: Ground): Companion {
  const { shell, keyring, self, store, link, personal, queries, inBackground } = ground;
  let isDue = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;

  /** Signing keys of the person's present devices, by what the personal ledger says. */
  function presentDevices(): Set<string> | undefined {
    const id = personal.ledger();
    const access = id === undefined ? undefined : link.access(id);
    if (!access) return undefined;
    const present = [...access.membership.members.values()].flatMap(({ devices }) => devices);
    return new Set(present.flatMap((key) => access.cards.get(key) ?? []).filter(({ recovery, root }) => recovery === null && root === self.root()).map(({ device }) => device));
  }

  /** Asks, in the personal ledger, to be let into a ledger that my other devices are in. */
  async function ask(ledger: LedgerId): Promise<void> {
    const { person, device } = keyring.get();
    const { key, card } = await self.asNewcomer(ledger, { name: person?.name ?? '', deviceName: device.name, person: null });
    if (personal.admissions().some((one) => one.key === key)) return;
    await personal.keepAdmission({ ledger, key, card: Buffer.from(encodeCbor(cardToCbor(card))).toString('hex') });
  }

  async function letIn(access: LedgerAccess, present: ReadonlySet<string>): Promise<void> {
    for (const { ledger, key, card: hex } of personal.admissions()) {
      if (ledger !== access.ledger || access.membership.tenures.has(key)) continue;
      const card = readCard(hex);
      if (!card || card.root !== self.root() || !present.has(card.device) || !(await checkCard(ledger, key, card))) continue;
      await link.appendRecord(ledger, async (known) =>
        success(await makeDevice(known, known.device, { key, card }, shell.randomBytes)),
      );
    }
  }

  /** Takes out of a ledger the devices that were taken out of the personal one. */
  async function takeOut(access: LedgerAccess, present: ReadonlySet<string>): Promise<void> {
    const mine = tenureNow(access.membership, ownKey(access));
    if (!mine || !present.has(self.device.device)) return;
    for (const key of access.membership.members.get(mine.member)?.devices ?? []) {
      const card = access.cards.get(key);
      if (!card || card.recovery !== null || present.has(card.device)) continue;
      const frontier = await readFrontier({ store }, access.ledger);
      if (!frontier.ok) return;
      await link.appendRecord(access.ledger, async (known) => success(await makeRemoval(known, { type: 'revoke', key }, frontier.value, shell.randomBytes)));
    }
  }

  async function lookOnce(): Promise<void> {
    const present = presentDevices();
    if (!present || !keyring.get().person) return;
    let isWaiting = false;
    for (const { ledger, state } of personal.places()) {
      const isListed = keyring.get().ledgers.includes(ledger);
      if (state === 'left') {
        if (isListed) keyring.removeLedger(ledger);
        continue;
      }
      if (!isListed) keyring.addLedger(ledger);
      const access = link.access(ledger);
      if (!access || !tenureNow(access.membership, ownKey(access))) {
        if (!access) {
          await ask(ledger);
          isWaiting = true;
          link.kick(ledger);
        }
        continue;
      }
      if (!access.current) continue;
      await letIn(access, present);
      await takeOut(access, present);
      await settle(ledger);
    }
    await link.follow();
    if (isWaiting && !isClosed) timer = setTimeout(look, PATIENCE);
  }

  /** A device that was let in says whose it is, as my other devices say it. */
  async function settle(ledger: LedgerId): Promise<void> {
    const row = queries.ledgers.find(ledger);
    const access = link.access(ledger);
    const mine = access && tenureNow(access.membership, ownKey(access));
    if (!row || row.me !== null || !access || !mine || !mayWrite(mine.role)) return;
    const devices = queries.ledgers.devices(row);
    const own = devices.find(({ id }) => {
      const key = access.pseudonyms.get(id);
      return key !== undefined && access.membership.tenures.get(key)?.at(-1)?.member === mine.member;
    });
    if (own) await ground.author.begin(ledger, own.person, [await personal.asDevice(ledger, own.person)]);
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

  return {
    look,
    async lookNow() {
      look();
      await running;
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
