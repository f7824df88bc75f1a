import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where the package of the media router has its program, if something has put it there: its own install step, or scripts/mediasoup-worker.mjs. */
function installedPath(): string | null {
  try {
    return fileURLToPath(new URL('../../worker/out/Release/mediasoup-worker', import.meta.resolve('mediasoup')));
  } catch {
    return null; // the packages were put there without it
  }
}

/** The media router's program: the one in `MEDIASOUP_WORKER_BIN`, else the package's; null where there is neither. */
export function findWorker(environment: Readonly<Record<string, string | undefined>> = process.env): string | null {
  const path = environment.MEDIASOUP_WORKER_BIN || installedPath();
  return path !== null && isProgram(path) ? path : null;
}
