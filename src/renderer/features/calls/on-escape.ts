import type { KeyboardEvent } from 'react';

/** On what has the focus in such a dialog: Mantine's dialogs under it leave Esc alone then. */
export const ESCAPE_STAYS_HERE = { 'data-mantine-stop-propagation': 'true' } as const;

/**
 * Esc in a dialog that is gone at once: what lies under it must not take the same key for itself, nor the dialog one that was meant for a
 * menu over it.
 */
export const onEscape = (act: () => void) => (event: KeyboardEvent<HTMLElement>): void => {
  if (event.key !== 'Escape' || !(event.target instanceof Node) || !event.currentTarget.contains(event.target)) return;
  event.preventDefault();
  act();
};
