import { net, type Session } from 'electron';
import { pathToFileURL } from 'node:url';
import { addressToFile, PAGES_SCHEME } from './address.ts';

/** Everything comes from the application's own folder; the only way out of the window is its port to the core. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Mantine and recharts set sizes and colours in style elements and attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the built screen under `app://tallystick/`. */
export function servePages(session: Session, folder: string): void {
  session.protocol.handle(PAGES_SCHEME, async (request) => {
    const file = addressToFile(folder, request.url);
    if (!file || request.method !== 'GET') return new Response(null, { status: 404 });
    const found = await net.fetch(pathToFileURL(file).href).catch(() => null);
    if (!found?.ok) return new Response(null, { status: 404 });
    const headers = new Headers(found.headers);
    headers.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    headers.set('X-Content-Type-Options', 'nosniff');
    return new Response(found.body, { headers });
  });
}
