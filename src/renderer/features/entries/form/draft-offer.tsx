import { Alert, Button, Group } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { LedgerId } from '#domain/ids.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { openEntryForm, useFormRequest } from '#renderer/lib/open-form.ts';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { dropDraft, useKeptDraft } from './kept-draft.ts';

/** Offers what was being typed when the window was lost. */
export function DraftOffer({ ledger }: { ledger: LedgerId }) {
  const say = useWords('entries');
  const isOpen = useFormRequest() !== undefined;
  const { draft, edited } = useKeptDraft(ledger) ?? {};
  const [isAsking, setAsking] = useState(false);
  const { view: entry } = useWatch('entries.get', draft && !isOpen ? { ledger, entry: draft.entry } : null);
  // The window was lost after the core had saved it.
  const isSaved = !isOpen && edited === undefined && draft !== undefined && Boolean(entry);
  useEffect(() => {
    if (isSaved) dropDraft(ledger, undefined);
  }, [isSaved, ledger]);

  if (!draft || isOpen || entry === undefined || (entry === null) !== (edited === undefined)) return null;
  const what = draft.form.description.trim();
  return (
    <Alert color="amber" icon={<IconPencil aria-hidden />} p="xs" role="status">
      <Group justify="space-between" gap="xs">
        <span>{what ? say('draftOfferOf', { what }) : say('draftOffer')}</span>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>{say('leaveGo')}</Button>
          <Button size="compact-sm" variant="default" onClick={() => openEntryForm({ ledger, ...(edited && { entry: edited }) })}>{say('leaveStay')}</Button>
        </Group>
      </Group>
      <Confirm
        opened={isAsking} title={say('leaveTitle')} confirmLabel={say('leaveGo')} cancelLabel={say('leaveStay')} danger onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          dropDraft(ledger, edited);
        }}
      >
        {say('leaveText')}
      </Confirm>
    </Alert>
  );
}
