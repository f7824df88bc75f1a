import { ActionIcon, Button } from '@mantine/core';
import { IconPaperclip, IconX } from '@tabler/icons-react';
import { useEffect, useEffectEvent } from 'react';
import { ATTACHABLE } from '#domain/attachment.ts';
import { PickFile } from '#renderer/ui/pick-file.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './form.module.css';

interface AttachFieldProps {
  files: readonly File[];
  onChange(files: readonly File[]): void;
}

/** Files that will hang on the entry once it is saved: chosen, or pasted anywhere in the form. */
export function AttachField({ files, onChange }: AttachFieldProps) {
  const say = useWords('attachments');
  const paste = useEffectEvent((event: ClipboardEvent) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0) return;
    event.preventDefault();
    onChange([...files, ...pasted]);
  });
  useEffect(() => {
    const listen = (event: ClipboardEvent) => paste(event);
    window.addEventListener('paste', listen);
    return () => window.removeEventListener('paste', listen);
  }, []);
  return (
    <div className={classes.attach}>
      <PickFile label={say('add')} accept={ATTACHABLE.join(',')} onPick={(file) => onChange([...files, file])}>
        {(props) => <Button {...props} className={classes.noteButton} variant="subtle" color="gray" size="compact-sm" leftSection={<IconPaperclip size={16} aria-hidden />}>{say('add')}</Button>}
      </PickFile>
      {files.length > 0 && (
        <ul className={classes.files} aria-label={say('pending')}>
          {files.map((file, index) => (
            <li key={`${file.name} ${index}`}>
              <bdi>{file.name}</bdi>
              <ActionIcon variant="subtle" color="gray" size="sm" aria-label={say('leaveOut', { name: file.name })} onClick={() => onChange(files.filter((_, at) => at !== index))}><IconX size={14} aria-hidden /></ActionIcon>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
