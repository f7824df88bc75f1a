import { findWorker } from './worker-binary.ts';

/** The media router's program; null, with words in the test log, where there is none. */
export function findMediaWorker(what: string): string | null {
  const worker = findWorker();
  if (worker === null) process.stderr.write(`Not run: ${what}. There is no mediasoup-worker here (node scripts/mediasoup-worker.mjs makes one, or say where it is in MEDIASOUP_WORKER_BIN).\n`);
  return worker;
}
