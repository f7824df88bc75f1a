import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { createIds } from '#main/ids.ts';
import { createFileLog } from '#main/log.ts';
import type { Shell } from '#main/shell.ts';
import { openReaders } from '#native/open-readers.ts';
import { systemTimers } from '#native/system-timers.ts';

/** What plain Node lends the core: this machine's clock, randomness and network. */
export function createNodeShell(profile: string): Shell {
  const log = createFileLog(profile);
  return {
    profile, randomBytes,
    now: Date.now,
    ids: createIds(randomBytes),
    log,
    webSocket: WebSocket,
    deviceName: hostname(),
    // Software that says it is a reader is refused: no host that ships allows it.
    openReaders: () =>
      openReaders({
        timers: systemTimers, now: () => performance.now(),
        onBug: (error) => log.error({ stack: error instanceof Error ? error.stack : typeof error }, 'bug at a card reader'),
      }),
  };
}
