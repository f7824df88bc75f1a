import type { KeyboardEvent } from 'react';

/**
 * Esc in a dialog that is gone at once: what lies under it must not take the same key for itself, nor the dialog one that was meant for a
 * menu over it.
 */
export const onEscape = (act: () => void) => (event: KeyboardEvent<HTMLElement>): void => {
  if (event.key !== 'Escape' || !(event.target instanceof Node) || !event.currentTarget.contains(event.target)) return;
  event.preventDefault();
  act();
};
