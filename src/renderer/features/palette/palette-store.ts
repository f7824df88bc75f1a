import { createSpotlight } from '@mantine/spotlight';
import { noteFocus } from '#renderer/lib/note-focus.ts';

const [store, palette] = createSpotlight();

/** Whether the palette is open. */
export const paletteStore = store;

let giveBackFocus = (): void => undefined;

/** Opens the palette from anywhere. */
export function openPalette(): void {
  giveBackFocus = noteFocus();
  palette.open();
}

/** Runs a command once the palette has begun to close and the keyboard is back where it was: a dialog that opens then keeps it. */
export function runCommand(run: () => void): void {
  setTimeout(() => {
    giveBackFocus();
    run();
  });
}
