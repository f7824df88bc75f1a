import { PAGES_ORIGIN } from './address.ts';

/** What a page asks for, or whether it may have it. */
export interface Wanted {
  readonly permission: string;
  /** Of the page: an origin, or an address of it. */
  readonly by: string;
  /** For `media`: what of it. */
  readonly media: readonly string[];
}

const isOwnPage = (by: string): boolean => URL.parse(by)?.protocol === 'app:' && (by === PAGES_ORIGIN || by.startsWith(`${PAGES_ORIGIN}/`));

/** The microphone and the choice of a loudspeaker, for the application's own page, while a call is on. Nothing else, ever. */
export function mayHave({ permission, by, media }: Wanted, isCallOn: boolean): boolean {
  if (!isCallOn || !isOwnPage(by)) return false;
  return permission === 'speaker-selection' || (permission === 'media' && media.length > 0 && media.every((kind) => kind === 'audio'));
}
