import { useEffect, useRef } from 'react';
import { useClient } from '#renderer/lib/core.tsx';
import type { FormState } from './form-state.ts';

/** A pause in typing after which it is worth looking. */
const PAUSE_MILLISECONDS = 250;

/** Proposes the category that the last entry with the same description has. Never in the way of typing, never over a choice. */
export function useCategoryGuess(ledger: string, form: FormState, isEnabled: boolean, onGuess: (category: string) => void): void {
  const client = useClient();
  const latest = useRef(onGuess);
  useEffect(() => {
    latest.current = onGuess;
  });
  const text = form.description.trim();
  const isWanted = isEnabled && !form.isCategoryChosen && text.length >= 2;
  useEffect(() => {
    if (!isWanted) return undefined;
    let stop: (() => void) | undefined;
    const timer = setTimeout(() => {
      stop = client.watch('entries.page', { ledger, offset: 0, limit: 10, filter: { text } }, (page) => {
        const same = page.rows.find((row) => row.description.toLocaleLowerCase() === text.toLocaleLowerCase());
        if (same) latest.current(same.category);
        stop?.();
      });
    }, PAUSE_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      stop?.();
    };
  }, [client, ledger, isWanted, text]);
}
