import { useEffect, useState } from 'react';
import type { LedgerSummaryView, PersonView, SearchView } from '#contract/views.ts';
import { useClient } from '#renderer/lib/core.tsx';

/** A pause in typing after which the core is asked. */
const PAUSE_MILLISECONDS = 80;
const MOST_HITS = 12;
const NOTHING: SearchView = { hits: [], messages: [] };

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

/** Entries and messages that hold every word that was typed, over all ledgers. */
export function useHits(query: string): SearchView {
  const client = useClient();
  const [found, setFound] = useState(NOTHING);
  const text = query.trim().slice(0, 200);
  useEffect(() => {
    if (text === '') return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void client.call('entries.search', { text, limit: MOST_HITS }).then((reply) => {
        if (isCurrent) setFound(reply.ok ? reply.value : NOTHING);
      });
    }, PAUSE_MILLISECONDS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [client, text]);
  // What was found for a shorter word stays until the next answer, so that the list does not flicker.
  return text === '' ? NOTHING : found;
}
