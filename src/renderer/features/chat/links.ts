/** Where a link in a message truly leads. */
export interface Address {
  /** As a browser will be given it: no name or password in it. */
  href: string;
  /** The host that will answer, in ASCII: letters of other scripts as `xn--…` (RFC 5891), so that no letter passes for another. */
  host: string;
  /** Whether the name is written with letters that may look like others. */
  isForeign: boolean;
  /** Whether nothing hides what is sent from others on the way. */
  isPlain: boolean;
}

export interface LinkPart {
  /** As it stands in the message. */
  text: string;
  address: Address;
}

/** What ends a sentence around a link rather than the link; Chinese is written without spaces, so its signs end any link. */
const CLOSING = /[.,:;!?']$/u;
const CANDIDATE = /https?:\/\/[^\s<>"“”‘’，。；：！？、（）「」『』【】《》…]+/giu;

/** Reads an address of the web; null for anything else. What stands before an `@` is no host, and is dropped. */
export function readAddress(text: string): Address | null {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') return null;
  url.username = '';
  url.password = '';
  return { href: url.href, host: url.host, isForeign: /(^|\.)xn--/.test(url.hostname), isPlain: url.protocol === 'http:' };
}

/** Without the punctuation that closes the sentence; a bracket stays where it was opened inside. */
function trimEnd(text: string): string {
  let rest = text;
  for (;;) {
    const isUnopened = rest.endsWith(')') && rest.split('(').length < rest.split(')').length;
    if (!isUnopened && !CLOSING.test(rest)) return rest;
    rest = rest.slice(0, -1);
  }
}

/** The text of a message, with the links in it apart. Joined again, the parts are the text. */
export function splitLinks(text: string): (string | LinkPart)[] {
  const parts: (string | LinkPart)[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(CANDIDATE)) {
    const link = trimEnd(found);
    const address = readAddress(link);
    if (!address) continue;
    if (index > from) parts.push(text.slice(from, index));
    parts.push({ text: link, address });
    from = index + link.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}
