/**
 * What is typed and not saved yet, kept by the window itself: a reload, a crash or a closed window must not cost it.
 * One for a new entry and one for each edited entry of a ledger; gone when it is saved or thrown away.
 */
import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import { entryKindSchema, splitModeSchema } from '#domain/entry.ts';
import { idSchema, type EntryId, type LedgerId } from '#domain/ids.ts';
import { currencySchema } from '#domain/money.ts';
import type { FormState } from './form-state.ts';

const text = z.string().max(10_000);
const formSchema = z.strictObject({
  kind: entryKindSchema, description: text, amount: text, currency: currencySchema, date: text, category: text, isCategoryChosen: z.boolean(), note: text,
  payer: idSchema.nullable(), paid: z.record(idSchema, text), recipient: idSchema.nullable(),
  mode: splitModeSchema, taking: z.array(idSchema), parts: z.record(idSchema, text),
}) satisfies z.ZodType<FormState>;

const draftSchema = z.strictObject({
  /** The entry it was to become, or the one that is edited. */
  entry: idSchema,
  /** The revisions a person saw when they began to edit. */
  prev: z.array(idSchema).max(64),
  form: formSchema,
});
export type KeptDraft = z.infer<typeof draftSchema>;

/** What was kept, as far as it is what we keep; anybody may have written there. */
export function parseDraft(kept: string | null): KeptDraft | undefined {
  try {
    return draftSchema.safeParse(JSON.parse(kept ?? '')).data;
  } catch {
    return undefined;
  }
}

const placeOf = (ledger: LedgerId, edited: EntryId | undefined): string => `tallystick draft ${ledger} ${edited ?? 'new'}`;
const listeners = new Set<() => void>();

export const readDraft = (ledger: LedgerId, edited: EntryId | undefined): KeptDraft | undefined => parseDraft(localStorage.getItem(placeOf(ledger, edited)));

export function keepDraft(ledger: LedgerId, edited: EntryId | undefined, draft: { entry: EntryId; prev: readonly string[]; form: FormState }): void {
  try {
    localStorage.setItem(placeOf(ledger, edited), JSON.stringify(draft));
  } catch {
    // The window's storage is full: typing goes on, only without a net.
  }
}

export function dropDraft(ledger: LedgerId, edited: EntryId | undefined): void {
  localStorage.removeItem(placeOf(ledger, edited));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** A draft of this ledger, and which entry it edits where it edits one; undefined where none is kept. */
export function useKeptDraft(ledger: LedgerId): { edited: EntryId | undefined; draft: KeptDraft } | undefined {
  const all = placeOf(ledger, undefined).slice(0, -'new'.length);
  const place = useSyncExternalStore(subscribe, () => Object.keys(localStorage).find((key) => key.startsWith(all) && parseDraft(localStorage.getItem(key))));
  const draft = place === undefined ? undefined : parseDraft(localStorage.getItem(place));
  return draft && { edited: place === placeOf(ledger, undefined) ? undefined : draft.entry, draft };
}
