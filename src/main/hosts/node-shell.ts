import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { createIds } from '#main/ids.ts';
import { createFileLog } from '#main/log.ts';
import type { Shell } from '#main/shell.ts';

/** What plain Node lends the core: this machine's clock, randomness and network. */
export function createNodeShell(profile: string): Shell {
  return {
    profile, randomBytes,
    now: Date.now,
    ids: createIds(randomBytes),
    log: createFileLog(profile),
    webSocket: WebSocket,
    deviceName: hostname(),
  };
}
