import type { CardIssueView, CardState, CardView } from '#contract/counter-views.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { uidToThing, type CardBody } from '#domain/shop.ts';
import { isPassing } from '#domain/till.ts';
import { issueCard, type IssueJournal, type IssueRecord } from '#native/ntag424/issue.ts';
import type { CardChannel } from '#native/reader.ts';
import type { Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';
import type { IssuerKeys, ShopIssuer } from './issuer-keys.ts';
import type { CardDesk } from './readers.ts';
import type { ShopBook } from './shop-book.ts';

const NOTHING: CardIssueView = { phase: 'idle', tab: null, uid: null, done: 0, total: 0, trouble: null };
const toState = (state: CardBody['state']): CardState => (state === 'active' || state === 'blocked' ? state : 'pending');

interface Dependencies {
  book: ShopBook;
  desk: CardDesk;
  keys: IssuerKeys;
}

export function createCardsService(ground: Ground, { book, desk, keys }: Dependencies): Service<'cards'> {
  const { shell, author, queries, publish, onClose } = ground;
  let progress: CardIssueView = NOTHING;
  let leave: (() => void) | undefined;

  function tell(next: CardIssueView): void {
    progress = next;
    publish('till');
  }
  function stop(): void {
    leave?.();
    leave = undefined;
  }
  onClose(stop);

  const write = (shop: LedgerId, body: CardBody): Promise<Result<null, ErrorCode>> =>
    author.change<null>(shop, (row) => {
      const card = uidToThing(body.uid);
      return success({ revisions: [{ type: 'card', of: card, prev: queries.history.current(row, 'card', card), body }], answer: () => null });
    });

  /** What the card is about to be given is in the shop's book before the card has it. */
  function journalOf(shop: LedgerId, tab: LedgerId, { issuer }: ShopIssuer): IssueJournal & { hasOtherKeys(): boolean } {
    let hasOtherKeys = false;
    return {
      hasOtherKeys: () => hasOtherKeys,
      async find(uid) {
        const card = queries.shops.card(shop, uidToThing(uid));
        if (!card) return null;
        const { version, previous, state } = card;
        return { uid, version, previous, phase: state === 'writing' || state === 'locking' ? state : 'confirmed' };
      },
      async record({ uid, version, previous, phase }: IssueRecord) {
        // Begun on a till that had not heard of this issuer: half of each opens nothing, so it is left as it is.
        hasOtherKeys = (queries.shops.card(shop, uidToThing(uid))?.issuer ?? issuer) !== issuer;
        if (hasOtherKeys) return false;
        const written = await write(shop, { uid, tab, issuer, version, previous, state: phase === 'confirmed' ? 'active' : phase });
        return written.ok;
      },
    };
  }

  async function issue(shop: LedgerId, tab: LedgerId, own: ShopIssuer, channel: CardChannel): Promise<'done' | 'again'> {
    if (progress.phase !== 'waiting') return 'again';
    tell({ ...progress, phase: 'writing', trouble: null });
    const journal = journalOf(shop, tab, own);
    const issued = await issueCard(channel, {
      issuer: own.keys, journal, randomBytes: shell.randomBytes,
      onProgress: (done, total) => tell({ ...progress, done, total }),
    });
    if (issued.ok) {
      stop();
      tell({ ...progress, phase: 'done', uid: issued.value.uid });
      return 'done';
    }
    const notRecorded = journal.hasOtherKeys() ? 'card_foreign' : 'store_failed';
    const trouble = issued.code === 'cancelled' ? 'card_left' : issued.code === 'not_recorded' ? notRecorded : issued.code;
    // Torn: the same card is taken up where it was left.
    const isTorn = isPassing(trouble);
    if (!isTorn) stop();
    tell({ ...progress, phase: isTorn ? 'waiting' : 'failed', trouble });
    return 'again';
  }

  function viewOf(shop: LedgerId, { uid, tab, state }: CardBody): CardView {
    const card = uidToThing(uid);
    const history = queries.shops.cardSteps(shop, card).map((step) => ({ state: toState(step.state), at: step.at, device: step.deviceName ?? '' }));
    return { card, uid, tab, customer: queries.shops.tab(shop, tab)?.customer ?? '', state: toState(state), history };
  }

  async function start(shop: LedgerId, tab: LedgerId): Promise<Result<null, ErrorCode>> {
    const open = book.tab(shop, tab);
    if (!open) return failure('not_found');
    if (open.body.state === 'closed') return failure('tab_closed');
    if (leave) return failure('till_busy');
    const own = await keys.own(shop);
    if (!own.ok) return own;
    leave = desk.take((channel) => issue(shop, tab, own.value, channel));
    if (!leave) return failure('till_busy');
    tell({ ...NOTHING, phase: 'waiting', tab });
    return success(null);
  }

  return {
    'cards.list': { topics: ({ shop }) => [`ledger:${shop}`], read: ({ shop }) => success(queries.shops.cards(shop).map((card) => viewOf(shop, card))) },
    'cards.issue': ({ shop, tab }) => start(shop, tab),
    'cards.progress': { topics: () => ['till'], read: () => success(progress) },
    async 'cards.cancel'() {
      // What is being written is written to its end, or the card is taken away.
      if (progress.phase === 'writing') return failure('till_busy');
      stop();
      tell(NOTHING);
      return success(null);
    },
    'cards.block': ({ shop, card, blocked }) =>
      author.change<null>(shop, (row) => {
        const body = queries.shops.card(shop, card);
        if (!body) return failure('not_found');
        if (body.state !== 'active' && body.state !== 'blocked') return failure('card_unfinished');
        const state: CardBody['state'] = blocked ? 'blocked' : 'active';
        const prev = queries.history.current(row, 'card', card);
        return success({ revisions: body.state === state ? [] : [{ type: 'card', of: card, prev, body: { ...body, state } }], answer: () => null });
      }),
  };
}

