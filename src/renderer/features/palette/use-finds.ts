import { useEffect, useState } from 'react';
import type { LedgerSummaryView, PersonView, SearchView } from '#contract/views.ts';
import { useClient } from '#renderer/lib/core.tsx';

/** A pause in typing after which the core is asked. */
const PAUSE_MILLISECONDS = 80;
const MOST_ENTRIES = 12;

export interface FoundPerson {
  ledger: LedgerSummaryView;
  person: PersonView;
}

/** The people of every ledger, asked for while the palette is open. */
export function usePeopleOfLedgers(isOpen: boolean, ledgers: readonly LedgerSummaryView[] | undefined): FoundPerson[] {
  const client = useClient();
  const [found, setFound] = useState<ReadonlyMap<string, FoundPerson[]>>(new Map());
  useEffect(() => {
    if (!isOpen || !ledgers) return undefined;
    const stops = ledgers.map((ledger) =>
      client.watch('ledgers.get', { ledger: ledger.id }, (view) =>
        setFound((before) => new Map(before).set(ledger.id, (view?.persons ?? []).map((person) => ({ ledger, person })))),
      ),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, isOpen, ledgers]);
  return [...found.values()].flat();
}

/** Entries that hold every word that was typed, over all ledgers. */
export function useEntryHits(query: string): SearchView['hits'] {
  const client = useClient();
  const [hits, setHits] = useState<{ query: string; hits: SearchView['hits'] }>({ query: '', hits: [] });
  const text = query.trim().slice(0, 200);
  useEffect(() => {
    if (text === '') return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void client.call('entries.search', { text, limit: MOST_ENTRIES }).then((reply) => {
        if (isCurrent) setHits({ query: text, hits: reply.ok ? reply.value.hits : [] });
      });
    }, PAUSE_MILLISECONDS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [client, text]);
  // What was found for a shorter word stays until the next answer, so that the list does not flicker.
  return text === '' ? [] : hits.hits;
}
