import { useCallback } from 'react';
import type { ContractError, ErrorCode } from '#contract/errors.ts';
import { useWords } from '#renderer/words/use-words.ts';

/** Words for a failure: what happened, what it means for the money, what to do. */
export function useErrorText(): (error: ContractError | { code: ErrorCode }) => string {
  const say = useWords('errors');
  return useCallback(
    (error) => {
      const details = 'details' in error ? error.details : undefined;
      const reference = 'reference' in error ? error.reference : undefined;
      return say(error.code, { ...details, reference: reference ?? '—' });
    },
    [say],
  );
}
