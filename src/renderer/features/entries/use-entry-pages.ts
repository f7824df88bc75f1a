import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { EntryFilter } from '#contract/api.ts';
import { useClient } from '#renderer/lib/core.tsx';
import type { RowPagesState } from '#renderer/lib/row-pages.ts';
import { createEntryPages, type EntryPages } from './entry-pages.ts';

/** The rows of a ledger under a filter, page by page; another filter is another list. */
export function useEntryPages(ledger: string, filter: EntryFilter | undefined): { pages: EntryPages; state: RowPagesState } {
  const client = useClient();
  const key = JSON.stringify(filter ?? null);
  const pages = useMemo(() => {
    const wanted: EntryFilter | null = JSON.parse(key);
    return createEntryPages(client, ledger, wanted ?? undefined);
  }, [client, ledger, key]);
  useEffect(() => {
    pages.look(0, 0);
    return () => pages.close();
  }, [pages]);
  return { pages, state: useSyncExternalStore(pages.subscribe, pages.state) };
}
