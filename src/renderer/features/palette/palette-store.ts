import { createSpotlight } from '@mantine/spotlight';
import { noteFocus } from '#renderer/lib/note-focus.ts';
import { catchTypeAhead } from './type-ahead.ts';

const [store, palette] = createSpotlight();

/** Whether the palette is open. */
export const paletteStore = store;

let giveBackFocus = (): void => undefined;
let setQuery: (query: string) => void = () => undefined;

/** Says where what is typed before the palette is there belongs. */
export function onTypedAhead(listener: (query: string) => void): void {
  setQuery = listener;
}

/** Opens the palette from anywhere. */
export function openPalette(): void {
  giveBackFocus = noteFocus();
  catchTypeAhead((text) => setQuery(text));
  palette.open();
}

/** Runs a command once the palette has begun to close and the keyboard is back where it was: a dialog that opens then keeps it. */
export function runCommand(run: () => void): void {
  setTimeout(() => {
    giveBackFocus();
    run();
  });
}
