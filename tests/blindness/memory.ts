/** What is in the memory of a running program, read from Linux's /proc without stopping it. */
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';

interface Stretch {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The stretches that may be read and of which anything is there: a runtime reserves far more than it uses. */
function listStretches(pid: number): Stretch[] {
  const stretches: Stretch[] = [];
  let last: Stretch | undefined;
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const head = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line);
    if (head) {
      const [, start = '', end = '', rights = '', name = ''] = head;
      const isReadable = rights.startsWith('r') && name !== '[vvar]' && name !== '[vsyscall]';
      last = isReadable ? { name: name || 'anonymous', start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) } : undefined;
    }
    const present = /^(?:Rss|Swap):\s+(\d+) kB/.exec(line);
    if (last && present && Number(present[1]) > 0) {
      stretches.push(last);
      last = undefined;
    }
  }
  return stretches;
}

const PIECE_BYTES = 4 * 1024 * 1024;

/** Why the memory of a child process cannot be read here; null where it can. */
export function whyNoMemory(pid: number): string | null {
  if (!existsSync(`/proc/${pid}/smaps`)) return 'this system has no /proc to read it from';
  try {
    readFileSync(`/proc/${pid}/smaps`);
    closeSync(openSync(`/proc/${pid}/mem`, 'r'));
    return null;
  } catch (error) {
    return `this system does not let it be read (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Hands the memory on, stretch by stretch. What the program gives back meanwhile is passed over. */
export function readMemory(pid: number, onStretch: (name: string) => (piece: Uint8Array) => void): void {
  const file = openSync(`/proc/${pid}/mem`, 'r');
  const buffer = Buffer.alloc(PIECE_BYTES);
  try {
    for (const { name, start, end } of listStretches(pid)) {
      const onPiece = onStretch(name);
      for (let at = start; at < end; at += PIECE_BYTES) {
        try {
          onPiece(buffer.subarray(0, readSync(file, buffer, 0, Math.min(PIECE_BYTES, end - at), at)));
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && (error.code === 'EIO' || error.code === 'EFAULT'))) throw error;
        }
      }
    }
  } finally {
    closeSync(file);
  }
}
