/** Which entry form is open. It lives beside the pages, so that going somewhere else does not throw away what was typed. */
import { useSyncExternalStore } from 'react';
import type { EntryKind } from '#domain/entry.ts';

export interface FormRequest {
  ledger: string;
  /** The entry to edit; a new one without it. */
  entry?: string;
  /** Proposed for a new entry. */
  preset?: { kind?: EntryKind; from?: string; to?: string; amount?: number; currency?: string };
}

let current: FormRequest | undefined;
const listeners = new Set<() => void>();

function become(next: FormRequest | undefined): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Opens the form, unless one with something typed is open already: a dialog holds the screen, so that cannot happen. */
export const openEntryForm = (request: FormRequest): void => become(request);
export const closeEntryForm = (): void => become(undefined);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useFormRequest = (): FormRequest | undefined => useSyncExternalStore(subscribe, () => current);
