import { Alert, Button, CloseButton, Skeleton } from '@mantine/core';
import { IconArchive, IconArrowBackUp, IconPencil } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { EntryView, LedgerView } from '#contract/views.ts';
import { AttachmentsSection } from '#renderer/features/attachments/attachments-section.tsx';
import { CallAboutButton } from '#renderer/features/calls/entrances.tsx';
import { ThreadSection } from '#renderer/features/chat/thread-section.tsx';
import { entryTitle } from '#renderer/features/entries/entry-title.ts';
import { useEntryActions } from '#renderer/features/entries/use-entry-actions.tsx';
import { CHORDS } from '#renderer/features/shell/shortcut-list.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { openEntryForm } from '#renderer/lib/open-form.ts';
import { useShortcut } from '#renderer/lib/shortcuts.ts';
import { mayWrite } from '#renderer/lib/standing.ts';
import { CategoryIcon, useCategoryName } from '#renderer/ui/category.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { Conflict } from './conflict.tsx';
import { History } from './history.tsx';
import { PeopleTable } from './people-table.tsx';
import classes from './panel.module.css';

function Facts({ entry, ledger, message, onResolved }: { entry: EntryView; ledger: LedgerView; message: string | undefined; onResolved(): void }) {
  const say = useWords('entries');
  const format = useFormat();
  const categoryName = useCategoryName();
  const { voidEntry, restoreEntry } = useEntryActions(ledger.id);
  const { body } = entry;
  const what = entryTitle(body, { say, categoryName });
  const isVoid = body.state === 'void';
  const edit = () => openEntryForm({ ledger: ledger.id, entry: entry.id });
  const toggle = () => void (isVoid ? restoreEntry(entry.id, what) : voidEntry(entry.id, what));
  const writes = mayWrite(ledger);
  useShortcut(CHORDS.edit, edit, { enabled: writes && !isVoid });
  useShortcut(CHORDS.void, toggle, { enabled: writes });
  return (
    <>
      {isVoid && <Alert color="gray" variant="light" icon={<IconArchive aria-hidden />}>{say('voidBanner')}</Alert>}
      <div className={classes.amount} data-void={isVoid || undefined}><Money amount={body.amount} currency={body.currency} size="headline" /></div>
      <p className={classes.facts}>
        {say(`kind_${body.kind}`)} · {format.date(body.date, 'full')} · <span className={classes.category}><CategoryIcon category={body.category} kind={body.kind} size={16} /> {categoryName(body.category)}</span>
      </p>
      {body.note.trim() !== '' && <p className={classes.note}>{body.note}</p>}
      {writes && (
        <div className={classes.actions}>
          {!isVoid && <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={edit}>{say('edit')}</Button>}
          {isVoid
            ? <Button leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={toggle}>{say('restore')}</Button>
            : <Button variant="default" leftSection={<IconArchive size={16} aria-hidden />} onClick={toggle}>{say('voidIt')}</Button>}
          <CallAboutButton place={{ ledger: ledger.id, about: entry.id }} />
        </div>
      )}
      {entry.conflict.length > 1 && <Conflict entry={entry} ledger={ledger} onResolved={onResolved} />}
      <PeopleTable entry={entry} ledger={ledger} />
      <AttachmentsSection ledger={ledger} about={entry.id} />
      <ThreadSection ledger={ledger.id} about={entry.id} name={what} message={message} />
      <History entry={entry} ledger={ledger} />
    </>
  );
}

/** One entry beside the list: all it says, and all that was ever done to it. Esc closes it. */
export function EntryPanel({ ledger, entryId, message, onClose }: { ledger: LedgerView; entryId: string; message?: string | undefined; onClose(): void }) {
  const say = useWords('entries');
  const categoryName = useCategoryName();
  const { view: entry, error } = useWatch('entries.get', { ledger: ledger.id, entry: entryId });
  const title = useRef<HTMLHeadingElement>(null);
  const isHere = entry !== undefined;
  useShortcut(CHORDS.escape, onClose);
  const toTitle = () => title.current?.focus({ preventScroll: true });
  useEffect(() => {
    if (isHere) toTitle();
  }, [isHere]);
  return (
    <aside className={classes.panel} aria-label={say('panel')} data-wide={(entry && entry.conflict.length > 1) || undefined}>
      <div className={classes.head}>
        <h2 ref={title} tabIndex={-1} className={classes.title}><bdi>{entry ? entryTitle(entry.body, { say, categoryName }) : say('panel')}</bdi></h2>
        <CloseButton aria-label={say('closePanel')} size={36} onClick={onClose} />
      </div>
      <div className={classes.body}>
        <FailureNotice error={error} />
        {entry === undefined && !error && <Skeleton height={120} aria-hidden />}
        {entry === null && <EmptyState title={say('gone')} text={say('goneText')} />}
        {entry && <Facts entry={entry} ledger={ledger} message={message} onResolved={toTitle} />}
      </div>
    </aside>
  );
}
