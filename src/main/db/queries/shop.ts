import type { EntryId, Id, LedgerId } from '#domain/ids.ts';
import type { RevisionOf } from '#domain/revision.ts';
import type { CardBody, IssuerBody, TabBody } from '#domain/shop.ts';
import type { Reader } from '#main/db/reader.ts';
import { createPersonalPayloads } from './personal-payloads.ts';
import { payloadToRevision } from '#main/db/payload.ts';

/** What was done to a card, by one of its revisions. */
export interface CardStep {
  state: CardBody['state'];
  at: number;
  device: Id;
  /** What the device calls itself, where that is known. */
  deviceName: string | null;
}

export interface ShopQueries {
  tabs(shop: LedgerId): TabBody[];
  tab(shop: LedgerId, tab: LedgerId): TabBody | undefined;
  cards(shop: LedgerId): CardBody[];
  card(shop: LedgerId, card: Id): CardBody | undefined;
  /** Oldest first. */
  cardSteps(shop: LedgerId, card: Id): CardStep[];
  issuers(shop: LedgerId): { issuer: Id; body: IssuerBody }[];
  issuer(shop: LedgerId, issuer: Id): IssuerBody | undefined;
  /** Whether a ledger is a tab of a shop whose book is here. */
  isOwnTab(ledger: LedgerId): boolean;
  /** The tab of a shop in which this entry is, void or not. */
  bookedIn(shop: LedgerId, entry: EntryId): LedgerId | undefined;
}

interface StepRow {
  payload: string;
  deviceName: string | null;
}

interface ShopBodies {
  tab: TabBody;
  card: CardBody;
  issuer: IssuerBody;
}
type ShopType = keyof ShopBodies;

const toBody = <T extends ShopType>(payload: string): ShopBodies[T] => payloadToRevision(payload).body as ShopBodies[T];

/** What the book of a shop says, by the revisions that count. */
export function createShopQueries(reader: Reader): ShopQueries {
  const payloads = createPersonalPayloads(reader);
  const steps = reader.prepare<[string, string], StepRow>(
    `SELECT revision.payload, device.name AS deviceName FROM revision JOIN ledger ON ledger.key = revision.ledger
     LEFT JOIN device ON device.ledger = ledger.key AND device.id = revision.payload ->> '$.device'
     WHERE revision.thing = ? AND ledger.id = ? AND revision.type = 'card' ORDER BY revision.key`,
  );
  const ownTab = reader.prepare<[string], number>(`SELECT 1 FROM personal WHERE type = 'tab' AND thing = ? LIMIT 1`).pluck();
  const bookedIn = reader.prepare<[string, string], string>(
    `SELECT book.id FROM ledger AS shop JOIN personal ON personal.ledger = shop.key AND personal.type = 'tab'
     JOIN ledger AS book ON book.id = personal.thing JOIN entry ON entry.ledger = book.key AND entry.id = ? WHERE shop.id = ?`,
  ).pluck();

  function find<T extends ShopType>(shop: LedgerId, type: T, thing: Id): ShopBodies[T] | undefined {
    const payload = payloads.one(shop, type, thing);
    return payload === undefined ? undefined : toBody<T>(payload);
  }
  return {
    tabs: (shop) => payloads.all(shop, 'tab').map((payload) => toBody<'tab'>(payload)),
    tab: (shop, tab) => find(shop, 'tab', tab),
    cards: (shop) => payloads.all(shop, 'card').map((payload) => toBody<'card'>(payload)),
    card: (shop, card) => find(shop, 'card', card),
    cardSteps: (shop, card) =>
      steps.all(card, shop).map(({ payload, deviceName }) => {
        const { at, device, body } = payloadToRevision(payload) as RevisionOf<'card'>;
        return { state: body.state, at, device, deviceName };
      }),
    issuers: (shop) =>
      payloads.all(shop, 'issuer').map((payload) => {
        const { of, body } = payloadToRevision(payload) as RevisionOf<'issuer'>;
        return { issuer: of, body };
      }),
    issuer: (shop, issuer) => find(shop, 'issuer', issuer),
    isOwnTab: (ledger) => ownTab.get(ledger) !== undefined,
    bookedIn: (shop, entry) => bookedIn.get(entry, shop),
  };
}
