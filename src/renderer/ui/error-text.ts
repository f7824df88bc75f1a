import { useCallback } from 'react';
import type { ContractError, ErrorCode } from '#contract/errors.ts';
import { useWords } from '#renderer/words/use-words.ts';

/** Details that a failure may come without, where its words ask for them. */
const ABSENT = { reference: '—', position: 0, word: '', words: 24 };

/** Words for a failure: what happened, what it means for the money, what to do. */
export function useErrorText(): (error: ContractError | { code: ErrorCode }) => string {
  const say = useWords('errors');
  return useCallback(
    (error) => {
      const details = 'details' in error ? error.details : undefined;
      const reference = 'reference' in error ? error.reference : undefined;
      return say(error.code, { ...ABSENT, ...details, ...(reference !== undefined && { reference }) });
    },
    [say],
  );
}
