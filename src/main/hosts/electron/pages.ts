import { net, type Session } from 'electron';
import { pathToFileURL } from 'node:url';
import { CONTENT_SECURITY_POLICY } from '#main/hosts/content-security-policy.ts';
import { addressToFile, PAGES_SCHEME } from './address.ts';

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
