/** What this window wants of calls. It lives beside the pages, so that going somewhere else ends nothing. */
import { useSyncExternalStore } from 'react';

/** Whom to call, and about what: `with` null where the ledger has only one other. */
export interface CallWish {
  readonly ledger: string;
  readonly with: string | null;
  readonly about: string | null;
}

interface Store {
  /** Somebody wants to call; `choose`: whom is asked first, among all contacts. */
  readonly wish: CallWish | 'choose' | null;
  /** Whether the call is shown small, above the page. */
  readonly isSmall: boolean;
}

let current: Store = { wish: null, isSmall: false };
const listeners = new Set<() => void>();

function become(change: Partial<Store>): void {
  current = { ...current, ...change };
  for (const listener of listeners) listener();
}

/** Calls somebody, after what a first call has to explain; from a chat, a ledger's line, an IOU, a contact, or the palette. */
export const wishCall = (wish: CallWish): void => become({ wish });
export const chooseWhomToCall = (): void => become({ wish: 'choose' });
export const dropWish = (): void => become({ wish: null });
export const setSmall = (isSmall: boolean): void => become({ isSmall });

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useCallStore = (): Store => useSyncExternalStore(subscribe, () => current);
