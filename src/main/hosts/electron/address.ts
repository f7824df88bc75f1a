import { join, sep } from 'node:path';

export const PAGES_SCHEME = 'app';
export const PAGES_ORIGIN = `${PAGES_SCHEME}://tallystick`;

/** The file in `folder` that an address of the application means; null for another host or a path that leaves the folder. */
export function addressToFile(folder: string, address: string): string | null {
  const url = URL.parse(address);
  if (!url || url.protocol !== `${PAGES_SCHEME}:` || url.host !== 'tallystick') return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (path.includes('\0')) return null;
  const file = join(folder, path === '/' ? 'index.html' : path);
  return file.startsWith(folder + sep) ? file : null;
}
