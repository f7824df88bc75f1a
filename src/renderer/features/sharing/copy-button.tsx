import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useWords } from '#renderer/words/use-words.ts';

/** Copies a text and says that it did, or that it could not. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const say = useWords('sharing');
  const clipboard = useClipboard();
  return (
    <>
      <Button
        variant="default"
        leftSection={clipboard.copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        onClick={() => clipboard.copy(text)}
      >
        {clipboard.copied ? say('copied') : label}
      </Button>
      <span role="status">{clipboard.error ? say('copyFailed') : ''}</span>
    </>
  );
}
