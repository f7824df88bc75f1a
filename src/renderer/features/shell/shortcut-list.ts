import type { KeyChord } from '#renderer/lib/shortcuts.ts';
import type { WordKey } from '#renderer/words/index.ts';

/** Every chord of the app in one place, so that the sheet cannot lie. */
export const CHORDS = {
  palette: { key: 'k', mod: true, shift: false },
  hide: { key: 'p', mod: true, shift: true },
  sheet: { key: '?' },
  newEntry: { key: 'n', shift: false },
  filter: { key: '/' },
  up: { key: 'arrowup' },
  down: { key: 'arrowdown' },
  pageUp: { key: 'pageup' },
  pageDown: { key: 'pagedown' },
  first: { key: 'home' },
  last: { key: 'end' },
  open: { key: 'enter' },
  edit: { key: 'e', shift: false },
  void: { key: 'delete' },
  undo: { key: 'z', mod: true, shift: false },
  redo: { key: 'z', mod: true, shift: true },
  saveNext: { key: 'enter' },
  saveClose: { key: 'enter', mod: true },
  write: { key: 'm', shift: false },
  newLine: { key: 'enter', shift: true },
  back: { key: 'backspace' },
  escape: { key: 'escape' },
} as const satisfies Record<string, KeyChord>;

interface SheetSection {
  title: WordKey<'shell'>;
  rows: { words: WordKey<'shell'>; chords: KeyChord[] }[];
}

export const SHEET: readonly SheetSection[] = [
  {
    title: 'shortcutsEverywhere',
    rows: [
      { words: 'keyPalette', chords: [CHORDS.palette] },
      { words: 'keyHide', chords: [CHORDS.hide] },
      { words: 'keySheet', chords: [CHORDS.sheet] },
      { words: 'keyEscape', chords: [CHORDS.escape] },
    ],
  },
  {
    title: 'shortcutsForm',
    rows: [
      { words: 'keySave', chords: [CHORDS.saveNext] },
      { words: 'keySaveClose', chords: [CHORDS.saveClose] },
      { words: 'keyEscape', chords: [CHORDS.escape] },
    ],
  },
  {
    title: 'shortcutsLedger',
    rows: [
      { words: 'keyNew', chords: [CHORDS.newEntry] },
      { words: 'keyFilter', chords: [CHORDS.filter] },
      { words: 'keyMove', chords: [CHORDS.up, CHORDS.down, CHORDS.pageUp, CHORDS.pageDown, CHORDS.first, CHORDS.last] },
      { words: 'keyOpen', chords: [CHORDS.open] },
      { words: 'keyEdit', chords: [CHORDS.edit] },
      { words: 'keyVoid', chords: [CHORDS.void] },
      { words: 'keyUndo', chords: [CHORDS.undo] },
      { words: 'keyRedo', chords: [CHORDS.redo] },
    ],
  },
  {
    title: 'shortcutsChat',
    rows: [
      { words: 'keyWrite', chords: [CHORDS.write] },
      { words: 'keySend', chords: [CHORDS.open] },
      { words: 'keyNewLine', chords: [CHORDS.newLine] },
      { words: 'keyRead', chords: [CHORDS.escape] },
      { words: 'keyEnds', chords: [CHORDS.first, CHORDS.last] },
    ],
  },
  {
    title: 'shortcutsCounter',
    rows: [
      { words: 'keyCharge', chords: [CHORDS.open] },
      { words: 'keyTakeDigit', chords: [CHORDS.back] },
      { words: 'keyEndCharge', chords: [CHORDS.escape] },
    ],
  },
];
