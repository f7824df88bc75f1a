import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import type { Client } from '#contract/client.ts';
import type { ContractError } from '#contract/errors.ts';
import { useClient } from '#renderer/lib/core.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import type { Say } from '#renderer/words/index.ts';
import { useWords } from '#renderer/words/use-words.ts';
import notice from './notice.module.css';

interface Deps {
  client: Client;
  ledger: string;
  say: Say<'entries'>;
  errorText(error: ContractError): string;
}

interface Change {
  entry: string;
  /** The entry in words. */
  what: string;
  next: 'void' | 'active';
}

/** Voids or restores, and says so with a way back; the way back itself needs no way back. */
async function changeState(deps: Deps, { entry, what, next }: Change, isWayBack = false): Promise<void> {
  const { client, ledger, say, errorText } = deps;
  const reply = await client.call(next === 'void' ? 'entries.void' : 'entries.restore', { ledger, entry });
  const id = `state of ${entry}${isWayBack ? ' back' : ''}`;
  notifications.hide(id);
  if (!reply.ok) {
    notifications.show({ id, message: errorText(reply.error), color: 'brick', autoClose: false });
    return;
  }
  const back = () => {
    notifications.hide(id);
    void changeState(deps, { entry, what, next: next === 'void' ? 'active' : 'void' }, true);
  };
  notifications.show({
    id,
    color: 'accent',
    message: (
      <div className={notice.notice}>
        <span>{say(next === 'void' ? 'voided' : 'restored', { what })}</span>
        {!isWayBack && <Button size="compact-sm" variant="default" onClick={back}>{say('takeBack')}</Button>}
      </div>
    ),
  });
}

/** Voiding and restoring in a ledger; `what` is the entry in words. */
export function useEntryActions(ledger: string) {
  const say = useWords('entries');
  const client = useClient();
  const errorText = useErrorText();
  return useMemo(() => {
    const deps = { client, ledger, say, errorText };
    return {
      voidEntry: (entry: string, what: string) => changeState(deps, { entry, what, next: 'void' }),
      restoreEntry: (entry: string, what: string) => changeState(deps, { entry, what, next: 'active' }),
    };
  }, [client, ledger, say, errorText]);
}
