import { FileButton } from '@mantine/core';
import { useRef, type ReactNode } from 'react';

interface PickFileProps {
  /** What the choice is for, for those who meet the field itself. */
  label: string;
  /** As in the `accept` of an input; left out: any file. */
  accept?: string;
  children(props: { onClick(): void }): ReactNode;
  onPick(file: File): void;
}

/** A button that asks for a file. The same file may be chosen again: a browser alone would not tell of it. */
export function PickFile({ label, accept, children, onPick }: PickFileProps) {
  const reset = useRef<() => void>(null);
  return (
    <FileButton
      resetRef={reset} inputProps={{ 'aria-label': label }} {...(accept !== undefined && { accept })}
      onChange={(file) => {
        reset.current?.();
        if (file) onPick(file);
      }}
    >
      {children}
    </FileButton>
  );
}
