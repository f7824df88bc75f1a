import { Modal } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useWatch } from '#renderer/lib/core.tsx';
import { closeEntryForm, returnFocus, useFormRequest } from '#renderer/lib/open-form.ts';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { EntryForm } from './entry-form.tsx';
import { dropDraft, readDraft } from './kept-draft.ts';

/** The first key after the one that opens the form must already land in it. */
const AT_ONCE = { duration: 0 };

/** Shows the form that was asked for, over whatever page is there, and lets nothing typed get lost by a slip. */
export function EntryFormHost() {
  const say = useWords('entries');
  const request = useFormRequest();
  const { view: ledger } = useWatch('ledgers.get', request ? { ledger: request.ledger } : null);
  const kept = useMemo(() => request && readDraft(request.ledger, request.entry), [request]);
  const asked = request?.entry ?? kept?.entry;
  const { view: entry } = useWatch('entries.get', request && asked ? { ledger: request.ledger, entry: asked } : null);
  const typed = useRef(false);
  const [isAsking, setAsking] = useState(false);
  const isReady = request !== undefined && Boolean(ledger) && (asked === undefined || entry !== undefined) && (request.entry === undefined || Boolean(entry));
  // A new entry that is in the book by now was saved just before the window was lost.
  const resumed = request?.entry || !entry ? kept : undefined;

  useEffect(() => {
    if (!request) returnFocus();
  }, [request]);

  const leave = useCallback(() => {
    typed.current = false;
    setAsking(false);
    if (request) dropDraft(request.ledger, request.entry);
    closeEntryForm();
  }, [request]);
  const askToLeave = useCallback(() => (typed.current ? setAsking(true) : leave()), [leave]);
  const keepTyped = useCallback((isTyped: boolean) => {
    typed.current = isTyped;
  }, []);

  return (
    <Modal.Stack>
      <Modal
        stackId="form" opened={isReady} onClose={askToLeave} title={say(request?.entry ? 'formEdit' : 'formNew')} size={880} closeOnClickOutside={false}
        yOffset="4vh" transitionProps={AT_ONCE} padding="lg"
        returnFocus={false}
      >
        {isReady && ledger && (
          <EntryForm
            key={`${request.ledger} ${request.entry ?? ''}`} ledger={ledger} request={request} editing={request.entry ? (entry ?? undefined) : undefined} kept={resumed}
            onTyped={keepTyped} onDone={leave} onCancel={askToLeave}
          />
        )}
      </Modal>
      <Confirm stackId="leave" opened={isAsking} title={say('leaveTitle')} confirmLabel={say('leaveGo')} cancelLabel={say('leaveStay')} danger onConfirm={leave} onClose={() => setAsking(false)}>
        {say('leaveText')}
      </Confirm>
    </Modal.Stack>
  );
}
