import { Button, FileButton, Text } from '@mantine/core';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './imports.module.css';

/** Takes a file from a button, from a drop or from the clipboard; text that is pasted counts as a file. */
export function ChooseFile({ onFile }: { onFile(file: File): void }) {
  const say = useWords('imports');
  const [dragging, setDragging] = useState(false);
  const latest = useRef(onFile);
  useEffect(() => {
    latest.current = onFile;
  });

  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const file = event.clipboardData?.files[0];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      // A word or a name that was meant for some field is not a table.
      if (file) latest.current(file);
      else if (text.includes('\n')) latest.current(new File([text], 'clipboard.csv'));
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, []);

  function drop(event: DragEvent): void {
    event.preventDefault();
    setDragging(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  }

  return (
    <div
      className={classes.drop}
      data-dragging={dragging || undefined}
      data-testid="drop"
      onDragOver={(event) => {
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={drop}
    >
      <IconFileSpreadsheet size={40} stroke={1.25} aria-hidden />
      <Text fw={600}>{say(dragging ? 'dropNow' : 'drop')}</Text>
      <FileButton accept=".csv,.txt,.tsv,text/csv,text/plain" onChange={(file) => file && onFile(file)}>
        {(props) => <Button {...props}>{say('choose')}</Button>}
      </FileButton>
      <Text size="sm" c="dimmed" ta="center" maw="46ch">{say('dropHint')}</Text>
    </div>
  );
}
