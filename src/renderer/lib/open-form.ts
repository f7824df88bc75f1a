/** Which entry form is open. It lives beside the pages, so that going somewhere else does not throw away what was typed. */
import { useSyncExternalStore } from 'react';
import type { EntryKind } from '#domain/entry.ts';
import { noteFocus } from './note-focus.ts';

export interface FormRequest {
  ledger: string;
  /** The entry to edit; a new one without it. */
  entry?: string;
  /** Proposed for a new entry. */
  preset?: { kind?: EntryKind; from?: string; to?: string; amount?: number; currency?: string };
}

let current: FormRequest | undefined;
let giveBackFocus = (): void => undefined;
const listeners = new Set<() => void>();

function become(next: FormRequest | undefined): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Opens the form, unless one with something typed is open already: a dialog holds the screen, so that cannot happen. */
export function openEntryForm(request: FormRequest): void {
  giveBackFocus = noteFocus();
  become(request);
}
export const closeEntryForm = (): void => become(undefined);

/** After the form is gone. The form takes the focus before its dialog could note who had it, so the dialog cannot give it back. */
export const returnFocus = (): void => giveBackFocus();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useFormRequest = (): FormRequest | undefined => useSyncExternalStore(subscribe, () => current);
