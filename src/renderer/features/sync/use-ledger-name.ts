import { useCallback } from 'react';
import type { SyncView } from '#contract/views.ts';
import { isListedTemplate } from '#domain/revision.ts';
import { useWords } from '#renderer/words/use-words.ts';

type Named = Pick<SyncView['ledgers'][number], 'name' | 'template'>;

/** True for what a person knows as a ledger; the others only serve, and have no page of their own. */
export const isOwnPage = ({ template }: Pick<Named, 'template'>): boolean => template !== null && isListedTemplate(template);

/** What a ledger is to a person: those that only serve are named by what they are for. */
export function useLedgerName(): (ledger: Named) => string {
  const say = useWords('sync');
  return useCallback(
    (ledger) => (isOwnPage(ledger) ? ledger.name : say(ledger.template === 'personal' ? 'ownLedger' : ledger.template === 'direct' ? 'directLedger' : 'unnamedLedger')),
    [say],
  );
}
