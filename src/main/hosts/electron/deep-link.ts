import { PAGES_ORIGIN } from './address.ts';

const JOIN = /^tallystick:\/\/join\/[A-Za-z0-9_\-.~%:/?&=+]{1,1900}$/;

/** The first of a program's arguments that is an invite link. */
export const findLink = (args: readonly string[]): string | undefined => args.find((one) => JOIN.test(one));

/** The page that a link opens: it shows who invites into what and waits for the person's word. A link never acts by itself. */
export const linkToPage = (link: string | undefined): string =>
  link && JOIN.test(link) ? `${PAGES_ORIGIN}/#/join/${encodeURIComponent(link)}` : `${PAGES_ORIGIN}/`;
