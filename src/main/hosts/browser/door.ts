import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';

/** How a request was met at the door. */
type Entry =
  | { state: 'known'; path: string }
  /** The token was good: the browser gets a cookie and comes again without it. */
  | { state: 'welcomed'; cookie: string }
  | { state: 'refused'; status: 400 | 403 | 421; words: string };

export interface Door {
  enter(request: IncomingMessage): Entry;
  /** Browsers let pages of any site open WebSockets to this machine, but they tell which site it was. */
  isOwnOrigin(request: IncomingMessage): boolean;
  /** For one browser, once. */
  newToken(): string;
}

const NO_TOKEN = 'This address has been used. Open the address that the program prints when it starts: it lets in one browser, once.\n';

const equals = (a: string, b: string): boolean => {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
};

/** The secret of the cookie stays with the profile, so that an open page comes back in after the program was started again. */
function readSecret(profile: string): string {
  const path = join(profile, 'browser-session');
  try {
    const text = readFileSync(path, 'utf8');
    if (/^[\w-]{43}$/.test(text)) return text;
  } catch {
    // made below
  }
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(path, secret, { mode: 0o600 });
  return secret;
}

/**
 * Who may come in: browsers that were given a one-time token, which they change for a cookie. A request must be made
 * to 127.0.0.1 or localhost by that name, so that a site whose name is made to point here (DNS rebinding) gets nothing.
 */
export function createDoor({ port, profile }: { port: number; profile: string }): Door {
  const secret = readSecret(profile);
  // Cookies do not tell ports apart, and a second profile may be open beside this one.
  const name = `tallystick-${port}`;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const tokens = new Set<string>();

  const cookieOf = ({ headers }: IncomingMessage): string | undefined =>
    headers.cookie?.split(';').map((part) => part.trim().split('=')).find(([key]) => key === name)?.[1];
  const isOwnOrigin = ({ headers }: IncomingMessage): boolean => hosts.some((host) => headers.origin === `http://${host}`);

  return {
    isOwnOrigin,
    enter(request) {
      const { host, origin } = request.headers;
      if (host === undefined || !hosts.includes(host)) return { state: 'refused', status: 421, words: 'Not known here by that name.\n' };
      if (origin !== undefined && !isOwnOrigin(request)) return { state: 'refused', status: 403, words: 'Not for other sites.\n' };
      // Put together, not resolved: "//x" would be the address of another host.
      const url = request.url?.startsWith('/') ? URL.parse(`http://${host}${request.url}`) : null;
      if (url === null) return { state: 'refused', status: 400, words: 'No such address.\n' };
      const token = url.searchParams.get('token');
      if (token !== null && tokens.delete(token)) {
        return { state: 'welcomed', cookie: `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict` };
      }
      const cookie = cookieOf(request);
      if (cookie !== undefined && equals(cookie, secret)) return { state: 'known', path: url.pathname };
      return { state: 'refused', status: 403, words: NO_TOKEN };
    },
    newToken() {
      const token = randomBytes(24).toString('base64url');
      tokens.add(token);
      return token;
    },
  };
}
