import type { Language } from '#renderer/words/index.ts';

/** What every way into the app is given. */
export interface WayProps {
  language: Language;
  /** While held, the first run stays on the screen although the profile is ready, so that its result can be read. */
  onHold(isHeld: boolean): void;
}
