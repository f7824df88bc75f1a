import type { EntryFilter } from '#contract/api.ts';
import type { Client } from '#contract/client.ts';
import type { EntryPageView, EntryRowView } from '#contract/views.ts';
import { createRowPages, type RowPages } from '#renderer/lib/row-pages.ts';

export type EntryPages = RowPages<EntryRowView>;

/** The entries of a ledger, newest first: a window on `entries.page`. An entry that changes, changes the balances of all above it. */
export const createEntryPages = (client: Client, ledger: string, filter: EntryFilter | undefined): EntryPages =>
  createRowPages<EntryRowView, EntryPageView>({ watch: (place, onView, onError) => client.watch('entries.page', { ledger, ...place, ...(filter && { filter }) }, onView, onError) });
