import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useClient } from '#renderer/lib/core.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import notice from './notice.module.css';

/** Voiding and restoring, each with a way back in the notice that follows. */
export function useEntryActions(ledger: string) {
  const say = useWords('entries');
  const client = useClient();
  const errorText = useErrorText();

  const setState = useCallback(
    async (entry: string, what: string, next: 'void' | 'active', isWayBack = false): Promise<boolean> => {
      const reply = await client.call(next === 'void' ? 'entries.void' : 'entries.restore', { ledger, entry });
      const id = `state ${entry}`;
      if (!reply.ok) {
        notifications.show({ id, message: errorText(reply.error), color: 'brick', autoClose: false });
        return false;
      }
      const back = () => {
        notifications.hide(id);
        void setState(entry, what, next === 'void' ? 'active' : 'void', true);
      };
      notifications.hide(id);
      notifications.show({
        id: isWayBack ? `${id} back` : id,
        color: 'accent',
        message: (
          <div className={notice.notice}>
            <span>{say(next === 'void' ? 'voided' : 'restored', { what })}</span>
            {!isWayBack && <Button size="compact-sm" variant="default" onClick={back}>{say('takeBack')}</Button>}
          </div>
        ),
      });
      return true;
    },
    [client, ledger, say, errorText],
  );

  return {
    voidEntry: useCallback((entry: string, what: string) => setState(entry, what, 'void'), [setState]),
    restoreEntry: useCallback((entry: string, what: string) => setState(entry, what, 'active'), [setState]),
  };
}
