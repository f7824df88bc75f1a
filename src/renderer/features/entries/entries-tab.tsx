import { Button } from '@mantine/core';
import { IconBook2, IconFilterOff } from '@tabler/icons-react';
import { useCallback } from 'react';
import type { EntryFilter } from '#contract/api.ts';
import type { EntryRowView, LedgerView } from '#contract/views.ts';
import { openEntryForm } from '#renderer/lib/open-form.ts';
import { navigate, routeToHash } from '#renderer/lib/route.ts';
import { mayWrite } from '#renderer/lib/standing.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { EntryList } from './entry-list.tsx';
import { entryTitle } from './entry-title.ts';
import { FilterBar } from './filter-bar.tsx';
import { useEntryActions } from './use-entry-actions.tsx';
import { useEntryPages } from './use-entry-pages.ts';
import classes from './entries.module.css';

interface EntriesTabProps {
  ledger: LedgerView;
  filter: EntryFilter | undefined;
  openEntry: string | undefined;
}

/** The entries of a ledger, narrowed by what the address says. */
export function EntriesTab({ ledger, filter, openEntry }: EntriesTabProps) {
  const say = useWords('entries');
  const categoryName = useCategoryName();
  const { pages, state } = useEntryPages(ledger.id, filter);
  const { voidEntry, restoreEntry } = useEntryActions(ledger.id);
  const show = useCallback(
    (next: { filter?: EntryFilter | undefined; entry?: string | undefined }, replace: boolean) =>
      navigate({ page: 'ledger', ledger: ledger.id, tab: 'entries', filter, entry: openEntry, ...next }, { replace }),
    [ledger.id, filter, openEntry],
  );
  const setFilter = useCallback((next: EntryFilter | undefined) => show({ filter: next }, true), [show]);
  const writes = mayWrite(ledger);
  const edit = (row: EntryRowView) => writes && row.state === 'active' && openEntryForm({ ledger: ledger.id, entry: row.id });
  const toggleVoid = (row: EntryRowView) => {
    if (!writes) return;
    const what = entryTitle(row, { say, categoryName });
    void (row.state === 'void' ? restoreEntry(row.id, what) : voidEntry(row.id, what));
  };

  if (state.total === 0 && !filter) {
    return (
      <EmptyState
        icon={<IconBook2 size={40} stroke={1.25} />} title={say('emptyTitle')} text={say(writes ? 'emptyText' : 'emptyViewText')}
        action={writes && (
          <>
            <Button onClick={() => openEntryForm({ ledger: ledger.id })}>{say('newEntry')}</Button>
            <Button component="a" href={routeToHash({ page: 'import', ledger: ledger.id })} variant="default">{say('emptyImport')}</Button>
          </>
        )}
      />
    );
  }
  return (
    <div className={classes.tab}>
      <FilterBar ledger={ledger} filter={filter} total={state.total} onChange={setFilter} />
      <FailureNotice error={state.error} />
      <div className={classes.list}>
        {state.total === undefined && !state.error && <div className={classes.waiting} role="status" aria-label={say('loading')} />}
        {state.total === 0 && (
          <EmptyState
            icon={<IconFilterOff size={40} stroke={1.25} />} title={say('nothingTitle')} text={say('nothingText')}
            action={<Button variant="default" onClick={() => setFilter(undefined)}>{say('clearFilters')}</Button>}
          />
        )}
        {state.total !== undefined && state.total > 0 && (
          <EntryList
            key={JSON.stringify(filter ?? null)} ledger={ledger} pages={pages} total={state.total} version={state} openEntry={openEntry}
            onOpen={(row) => show({ entry: row.id }, openEntry !== undefined)} onEdit={edit} onVoid={toggleVoid}
          />
        )}
      </div>
    </div>
  );
}
