import { useEffect, useRef } from 'react';

/** A key with what is held beside it. `mod` is Ctrl, or Cmd on a Mac. `key` is as in KeyboardEvent, lowercase. */
export interface KeyChord {
  key: string;
  mod?: boolean;
  shift?: boolean;
}

export const isMac = (): boolean => /mac/i.test(navigator.platform);

const isEditable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));

/** A dialog holds the screen; what lies under it must not act. */
const isDialogOpen = (): boolean => document.querySelector('[aria-modal="true"]') !== null;

/** An input method is at work: its keys, Enter too, belong to it. 229 is what some of them send instead of a key. */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

function isChord(event: KeyboardEvent, chord: KeyChord): boolean {
  const mod = isMac() ? event.metaKey : event.ctrlKey;
  const other = isMac() ? event.ctrlKey : event.metaKey;
  if (mod !== (chord.mod ?? false) || other || event.altKey) return false;
  // Where a sign needs Shift on one keyboard and not on another (`?`, `/`), the sign decides.
  if (chord.shift !== undefined && event.shiftKey !== chord.shift) return false;
  return event.key.toLowerCase() === chord.key;
}

export interface ShortcutOptions {
  enabled?: boolean;
  /** Also while a text field has the focus. Only for chords with `mod` that mean nothing to a field. */
  inFields?: boolean;
  /** Also while a text field has the focus, or a dialog is open. Only for chords with `mod`. */
  everywhere?: boolean;
}

/** Runs `act` on a chord, never while somebody types or composes, unless told. */
export function useShortcut(chord: KeyChord, act: () => void, { enabled = true, inFields = false, everywhere = false }: ShortcutOptions = {}): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  const { key, mod = false, shift } = chord;
  useEffect(() => {
    if (!enabled) return undefined;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || isComposing(event) || !isChord(event, { key, mod, ...(shift !== undefined && { shift }) })) return;
      if (!everywhere && ((!inFields && isEditable(event.target)) || isDialogOpen())) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [key, mod, shift, enabled, inFields, everywhere]);
}

/** How a chord is written on the keys of this machine. */
export function chordKeys({ key, mod, shift }: KeyChord): string[] {
  const names: Record<string, string> = { arrowup: '↑', arrowdown: '↓', enter: '⏎', backspace: '⌫', escape: 'Esc', delete: 'Del', pageup: 'PgUp', pagedown: 'PgDn', home: 'Home', end: 'End' };
  return [...(mod ? [isMac() ? '⌘' : 'Ctrl'] : []), ...(shift ? [isMac() ? '⇧' : 'Shift'] : []), names[key] ?? key.toUpperCase()];
}
