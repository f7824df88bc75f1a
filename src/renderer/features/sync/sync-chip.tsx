/** The state of sending in one word, in the header. */
export function SyncChip() {
  return null;
}
