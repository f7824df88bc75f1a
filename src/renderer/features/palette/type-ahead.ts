import { isComposing } from '#renderer/lib/shortcuts.ts';

/** After so long the field will not come any more, in milliseconds. */
const LONGEST_WAIT = 2_000;

/**
 * Who opens the palette types on at once, before its field is there. Until a field of a dialog has the keyboard, keys
 * go to `onText` (all that was typed so far) and not to what lies beneath, where a letter may be a shortcut. An Enter
 * is pressed again in the field, once it is there.
 */
export function catchTypeAhead(onText: (text: string) => void): void {
  let text = '';
  let isEntered = false;

  function catchKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || isComposing(event) || event.key === 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Enter') isEntered = true;
    else if (event.key.length === 1) onText((text += event.key));
  }
  function meetField({ target }: FocusEvent): void {
    if (!(target instanceof HTMLInputElement) || !target.closest('[aria-modal="true"]')) return;
    stop();
    if (isEntered) setTimeout(() => target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true })));
  }
  function stop(): void {
    clearTimeout(timer);
    window.removeEventListener('keydown', catchKey, true);
    window.removeEventListener('focusin', meetField, true);
  }
  const timer = setTimeout(stop, LONGEST_WAIT);
  window.addEventListener('keydown', catchKey, true);
  window.addEventListener('focusin', meetField, true);
}
