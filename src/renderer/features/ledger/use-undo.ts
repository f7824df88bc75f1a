import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import type { LedgerView } from '#contract/views.ts';
import { useClient } from '#renderer/lib/core.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';

/** Undo and redo of a ledger on this device, and in words what each would do; undefined where there is nothing. */
export function useUndo(ledger: LedgerView) {
  const say = useWords('ledger');
  const client = useClient();
  const errorText = useErrorText();
  const wordsOf = (step: LedgerView['undo']) => (step ? say(`action_${step.action}`, { description: step.description }) : undefined);
  const undoWhat = wordsOf(ledger.undo);
  const redoWhat = wordsOf(ledger.redo);

  const act = useCallback(
    async (operation: 'entries.undo' | 'entries.redo', what: string) => {
      const reply = await client.call(operation, { ledger: ledger.id });
      if (reply.ok) notifications.show({ message: say(operation === 'entries.undo' ? 'undone' : 'redone', { what }), color: 'accent' });
      else notifications.show({ message: errorText(reply.error), color: 'brick', autoClose: false });
    },
    [client, ledger.id, say, errorText],
  );
  return {
    undoWhat,
    redoWhat,
    undo: () => void (undoWhat && act('entries.undo', undoWhat)),
    redo: () => void (redoWhat && act('entries.redo', redoWhat)),
  };
}
