import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPaperclip } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useState, type DragEvent } from 'react';
import type { LedgerView } from '#contract/views.ts';
import { ATTACHABLE } from '#domain/attachment.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { mayWrite } from '#renderer/lib/standing.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { PickFile } from '#renderer/ui/pick-file.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { AttachmentCard } from './attachment-card.tsx';
import { useAttach } from './use-attach.ts';
import classes from './attachments.module.css';

/** The files that hang on an entry, and a way to hang on another one: by a button, a drop or from the clipboard. */
export function AttachmentsSection({ ledger, about }: { ledger: LedgerView; about: string }) {
  const say = useWords('attachments');
  const { view } = useWatch('attachments.of', { ledger: ledger.id, about });
  const attach = useAttach();
  const remove = useCall('attachments.remove');
  const restore = useCall('attachments.restore');
  const [isOver, setOver] = useState(false);
  const writes = mayWrite(ledger);
  const shown = (view ?? []).filter(({ state }) => state === 'active');

  const take = async (files: readonly File[]) => {
    const [name] = await attach.run(ledger.id, about, files);
    if (name !== undefined) notifications.show({ message: say('added', { name }), color: 'accent', autoClose: 3_000 });
  };
  const paste = useEffectEvent((event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || document.querySelector('[role="dialog"]')) return;
    event.preventDefault();
    void take(files);
  });
  useEffect(() => {
    if (!writes) return undefined;
    const listen = (event: ClipboardEvent) => paste(event);
    window.addEventListener('paste', listen);
    return () => window.removeEventListener('paste', listen);
  }, [writes]);

  const takeOut = async (attachment: string, name: string) => {
    const reply = await remove.run({ ledger: ledger.id, attachment });
    if (!reply.ok) return;
    const id = `removed-${attachment}`;
    notifications.show({
      id,
      message: (
        <span className={classes.removed}>
          {say('removed', { name })}
          <Button size="compact-sm" variant="default" onClick={() => { notifications.hide(id); void restore.run({ ledger: ledger.id, attachment }); }}>{say('undo')}</Button>
        </span>
      ),
      color: 'gray',
    });
  };

  if (!writes && shown.length === 0) return null;
  const dropping = writes ? {
    onDragOver(event: DragEvent) {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop(event: DragEvent) {
      event.preventDefault();
      setOver(false);
      void take([...event.dataTransfer.files]);
    },
  } : {};
  return (
    <section aria-labelledby="entry-files" className={classes.section} data-over={isOver || undefined} {...dropping}>
      <h3 id="entry-files" className={classes.heading}>{say('title')}</h3>
      {shown.length > 0 && (
        <ul className={classes.cards}>
          {shown.map((one) => <AttachmentCard key={one.id} ledger={ledger.id} attachment={one} onRemove={writes ? () => void takeOut(one.id, one.name) : undefined} />)}
        </ul>
      )}
      {writes && (
        <>
          <PickFile label={say('add')} accept={ATTACHABLE.join(',')} onPick={(file) => void take([file])}>
            {(props) => <Button {...props} variant="default" size="compact-sm" loading={attach.busy !== undefined} leftSection={<IconPaperclip size={16} aria-hidden />}>{say('add')}</Button>}
          </PickFile>
          <p className={classes.faint} role="status">{attach.busy !== undefined ? say('adding', { name: attach.busy }) : say(isOver ? 'drop' : 'addHint')}</p>
        </>
      )}
      <FailureNotice error={attach.error ?? remove.error ?? restore.error} onClose={() => { attach.clear(); remove.clear(); restore.clear(); }} />
    </section>
  );
}
