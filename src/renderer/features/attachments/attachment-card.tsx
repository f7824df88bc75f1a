import { ActionIcon, Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCloudUp, IconFileText, IconFileUnknown, IconPhoto, IconX } from '@tabler/icons-react';
import { useEffect, useEffectEvent } from 'react';
import type { AttachmentView } from '#contract/attachments-views.ts';
import { isPicture } from '#domain/attachment.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { useIsSending } from '#renderer/lib/sending.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { useFile, type ReadFile } from './use-file.ts';
import classes from './attachments.module.css';

/** Gotten without being asked for, in bytes: a photo, not a film of the evening. */
const SMALL = 4 * 1024 * 1024;

interface CardProps {
  ledger: string;
  attachment: AttachmentView;
  /** Left out where one may not. */
  onRemove: (() => void) | undefined;
}

/** What there is to see of a file: small, and large after a press. */
function Shown({ file, name }: { file: ReadFile; name: string }) {
  const say = useWords('attachments');
  const [isOpen, { open, close }] = useDisclosure();
  if (file.type === null) return <div className={classes.tile} title={say('unshown')}><IconFileUnknown size={28} aria-hidden /><span className={classes.faint}>{say('unshown')}</span></div>;
  if (!isPicture(file.type)) {
    return (
      <div className={classes.tile}>
        <IconFileText size={28} aria-hidden />
        <Button component="a" href={file.url} download={name} size="compact-sm" variant="default" aria-label={`${say('save')} ${name}`}>{say('save')}</Button>
      </div>
    );
  }
  return (
    <>
      <button type="button" className={classes.picture} onClick={open} aria-label={say('open', { name })}><img src={file.url} alt="" /></button>
      <Modal opened={isOpen} onClose={close} title={<bdi>{name}</bdi>} size="auto" miw={320} centered closeButtonProps={{ 'aria-label': say('close') }}>
        <img className={classes.large} src={file.url} alt={say('picture', { name })} />
        <div className={classes.under}><Button component="a" href={file.url} download={name} size="compact-sm" variant="default">{say('save')}</Button></div>
      </Modal>
    </>
  );
}

/** One file that hangs on an entry. */
export function AttachmentCard({ ledger, attachment, onRemove }: CardProps) {
  const say = useWords('attachments');
  const format = useFormat();
  const errorText = useErrorText();
  const isSending = useIsSending();
  const fetchFile = useCall('attachments.fetch');
  const { file, error } = useFile(ledger, attachment);
  const { id, name, size, isHere, waiting } = attachment;
  const get = () => void fetchFile.run({ ledger, attachment: id });
  const getSmall = useEffectEvent(() => {
    if (!isHere && size <= SMALL && isSending) get();
  });
  useEffect(() => getSmall(), [id]);
  const trouble = error ?? (isHere ? undefined : fetchFile.error);
  return (
    <li className={classes.card}>
      {file ? <Shown file={file} name={name} /> : (
        <div className={classes.tile}>
          <IconPhoto size={28} aria-hidden />
          {!isHere && <Button size="compact-sm" variant="default" loading={fetchFile.busy} onClick={get}>{say('fetch', { name, size: format.bytes(size) })}</Button>}
        </div>
      )}
      <div className={classes.name}><bdi>{name}</bdi></div>
      <div className={classes.faint}>
        {attachment.by === '' ? format.dateTime(attachment.at) : say('by', { name: attachment.by, time: format.dateTime(attachment.at) })}
        {waiting && isSending && <> <IconCloudUp size={14} role="img" aria-label={say('waiting')} /></>}
      </div>
      {trouble && <div role="alert" className={classes.trouble}>{errorText(trouble)}</div>}
      {onRemove && <ActionIcon className={classes.remove} variant="default" size="sm" aria-label={say('remove', { name })} onClick={onRemove}><IconX size={14} aria-hidden /></ActionIcon>}
    </li>
  );
}
