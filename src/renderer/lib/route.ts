import { useSyncExternalStore } from 'react';
import type { EntryFilter } from '#contract/api.ts';

export const LEDGER_TABS = ['entries', 'balances', 'charts', 'chat', 'people', 'members'] as const;
export type LedgerTab = (typeof LEDGER_TABS)[number];
export const COUNTER_PARTS = ['till', 'tabs'] as const;
export type CounterPart = (typeof COUNTER_PARTS)[number];

export type Route =
  | { page: 'today' }
  /** `message`: the one to show in its place, in the ledger's chat or in the thread of the entry. */
  | { page: 'ledger'; ledger: string; tab: LedgerTab; entry?: string | undefined; message?: string | undefined; filter?: EntryFilter | undefined }
  | { page: 'chats'; ledger?: string | undefined; message?: string | undefined }
  /** `tab`: the customer's one that is open. */
  | { page: 'counter'; shop: string; part: CounterPart; tab?: string | undefined }
  /** An entry or an IOU, whichever it is. `message`: the one to show in its thread. */
  | { page: 'thing'; ledger: string; thing: string; message?: string | undefined }
  | { page: 'ious'; ledger?: string | undefined; iou?: string | undefined; message?: string | undefined }
  /** `with`: the other one's root; `ledger`: where it is written, where that is known. */
  | { page: 'write-iou'; with?: string | undefined; ledger?: string | undefined }
  | { page: 'join'; invite?: string | undefined }
  | { page: 'import'; ledger?: string | undefined }
  | { page: 'new' }
  | { page: 'contacts'; contact?: string | undefined }
  | { page: 'settings' }
  | { page: 'me' }
  | { page: 'devices' }
  | { page: 'sync' }
  | { page: 'relay' };

const FILTERS = ['text', 'category', 'person', 'kind', 'currency', 'from', 'to', 'only'] as const;
const KINDS = ['expense', 'income', 'refund', 'transfer', 'settlement'] as const;
const STATES = ['active', 'void', 'conflict', 'waiting'] as const;
const isOneOf = <T extends string>(values: readonly T[], value: string | null): value is T => values.some((one) => one === value);

function filterOf(query: URLSearchParams): EntryFilter | undefined {
  const filter: EntryFilter = {};
  for (const name of ['text', 'category', 'person', 'currency', 'from', 'to'] as const) {
    const value = query.get(name);
    if (value) filter[name] = value;
  }
  const kind = query.get('kind');
  if (isOneOf(KINDS, kind)) filter.kind = kind;
  const only = query.get('only');
  if (isOneOf(STATES, only)) filter.only = only;
  return Object.keys(filter).length > 0 ? filter : undefined;
}

/** An address somebody mistyped must not stop the page. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** Reads an address like `#/ledger/<id>/entries?entry=<id>`; anything unknown is today. */
export function hashToRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [page = '', first = '', second = '', third = ''] = path.split('/').map(decode);
  const query = new URLSearchParams(search);
  switch (page) {
    case 'ledger':
      if (!first) return { page: 'today' };
      return {
        page,
        ledger: first,
        tab: isOneOf(LEDGER_TABS, second) ? second : 'entries',
        entry: query.get('entry') ?? undefined,
        message: query.get('message') ?? undefined,
        filter: filterOf(query),
      };
    case 'chats':
      return { page, ledger: first || undefined, message: query.get('message') ?? undefined };
    case 'counter':
      if (!first) return { page: 'today' };
      return { page, shop: first, part: isOneOf(COUNTER_PARTS, second) ? second : 'till', tab: third || undefined };
    case 'ious':
      return { page, ledger: first || undefined, iou: second || undefined, message: query.get('message') ?? undefined };
    case 'write-iou':
      return { page, with: query.get('with') ?? undefined, ledger: query.get('ledger') ?? undefined };
    case 'thing':
      return first && second ? { page, ledger: first, thing: second, message: query.get('message') ?? undefined } : { page: 'today' };
    case 'join':
      return { page, invite: first || undefined };
    case 'import':
      return { page, ledger: first || undefined };
    case 'contacts':
      return { page, contact: first || undefined };
    case 'new':
    case 'settings':
    case 'me':
    case 'devices':
    case 'sync':
    case 'relay':
      return { page };
    default:
      return { page: 'today' };
  }
}

export function routeToHash(route: Route): string {
  switch (route.page) {
    case 'today':
      return '#/';
    case 'ledger': {
      const query = new URLSearchParams();
      if (route.entry) query.set('entry', route.entry);
      if (route.message) query.set('message', route.message);
      for (const name of FILTERS) {
        const value = route.filter?.[name];
        if (value) query.set(name, value);
      }
      const search = query.toString();
      return `#/ledger/${route.ledger}/${route.tab}${search ? `?${search}` : ''}`;
    }
    case 'chats':
      return `#/chats${route.ledger ? `/${route.ledger}${route.message ? `?message=${route.message}` : ''}` : ''}`;
    case 'counter':
      return `#/counter/${route.shop}/${route.part}${route.tab ? `/${route.tab}` : ''}`;
    case 'ious':
      return route.ledger && route.iou ? `#/ious/${route.ledger}/${route.iou}${route.message ? `?message=${route.message}` : ''}` : '#/ious';
    case 'thing':
      return `#/thing/${route.ledger}/${route.thing}${route.message ? `?message=${route.message}` : ''}`;
    case 'write-iou':
      return route.with ? `#/write-iou?with=${route.with}` : route.ledger ? `#/write-iou?ledger=${route.ledger}` : '#/write-iou';
    case 'join':
      return route.invite ? `#/join/${encodeURIComponent(route.invite)}` : '#/join';
    case 'import':
      return route.ledger ? `#/import/${route.ledger}` : '#/import';
    case 'contacts':
      return route.contact ? `#/contacts/${route.contact}` : '#/contacts';
    default:
      return `#/${route.page}`;
  }
}

/** Where a ledger opens: a shop at its counter. */
export const ledgerToRoute = ({ id, template }: { id: string; template: string }): Route =>
  template === 'shop' ? { page: 'counter', shop: id, part: 'till' } : { page: 'ledger', ledger: id, tab: 'entries' };

/** Goes to a page. `replace` leaves no step to go back to. */
export function navigate(route: Route, options?: { replace?: boolean }): void {
  const hash = routeToHash(route);
  if (options?.replace) {
    history.replaceState(null, '', hash);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = hash;
  }
}

const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};

let lastHash: string | undefined;
let lastRoute: Route = { page: 'today' };

function readRoute(): Route {
  if (location.hash !== lastHash) {
    lastHash = location.hash;
    lastRoute = hashToRoute(lastHash);
  }
  return lastRoute;
}

export const useRoute = (): Route => useSyncExternalStore(subscribe, readRoute);
