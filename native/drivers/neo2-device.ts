/** One NEO 2 reader that is open: commands one after the other, and every one of them ends. */
import type { Timers } from '#native/driver.ts';
import { achieved, failed, type Outcome } from '#native/outcome.ts';
import type { Hid, HidHandle } from './hid.ts';
import { createReplyReader, encodeCommand, frameToReports, PASS_THROUGH, type Neo2Reply } from './neo2-frames.ts';

export type DeviceFault = 'reader_lost' | 'reader_silent';

export interface Token {
  /** 1: ISO 14443-4 type A, 7: a phone or card that can be that too; others speak no APDUs. */
  readonly type: number;
  /** Upper-case hex. */
  readonly uid: string;
}

export interface Neo2Device {
  /** Waits for a card for so many milliseconds; null where none came. */
  poll(milliseconds: number): Promise<Outcome<Token | null, DeviceFault>>;
  /** Sends a command to the card; null where it does not answer any more. */
  exchange(command: Uint8Array): Promise<Outcome<Buffer | null, DeviceFault>>;
  close(): Promise<void>;
}

const PING = { command: 0x18, sub: 0x01 } as const;
const SWITCH = { command: PASS_THROUGH, sub: 0x01 } as const;
const POLL = { command: PASS_THROUGH, sub: 0x02 } as const;
const EXCHANGE = { command: PASS_THROUGH, sub: 0x03 } as const;
/** How long it may take to answer beyond what it was asked to wait, in milliseconds. */
const PATIENCE = 1_500;

/** Opens the reader and lets it pass commands through. `onGone` is called once, where it goes before it is closed. */
export async function openNeo2(hid: Hid, path: string, timers: Timers, onGone: () => void): Promise<Outcome<Neo2Device, DeviceFault | 'reader_failed'>> {
  const read = createReplyReader();
  let isGone = false;
  let answer: { command: number; resolve(outcome: Outcome<Neo2Reply, DeviceFault>): void } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let handle: HidHandle;

  function lose(): void {
    if (isGone) return;
    isGone = true;
    answer?.resolve(failed('reader_lost'));
    onGone();
  }
  try {
    handle = await hid.open(path, {
      onReport(report) {
        const reply = read(report);
        if (reply && reply.command === answer?.command) answer.resolve(achieved(reply));
      },
      onGone: lose,
    });
  } catch {
    return failed('reader_failed');
  }

  async function send({ command, sub }: { command: number; sub: number }, data: Uint8Array, patience: number): Promise<Outcome<Neo2Reply, DeviceFault>> {
    if (isGone) return failed('reader_lost');
    let cancel = (): void => undefined;
    const replied = new Promise<Outcome<Neo2Reply, DeviceFault>>((resolve) => {
      answer = { command, resolve };
      cancel = timers.after(patience, () => resolve(failed('reader_silent')));
    });
    try {
      for (const report of frameToReports(encodeCommand(command, sub, data))) await handle.write(report);
    } catch {
      lose();
    }
    const outcome = await replied;
    cancel();
    answer = undefined;
    return outcome;
  }
  /** One after the other: the reader has one ear. */
  function ask(what: { command: number; sub: number }, data: Uint8Array = Buffer.alloc(0), patience = PATIENCE): Promise<Outcome<Neo2Reply, DeviceFault>> {
    const asked = queue.then(() => send(what, data, patience));
    queue = asked;
    return asked;
  }
  async function close(): Promise<void> {
    if (!isGone) await ask(SWITCH, Buffer.of(0));
    isGone = true;
    await handle.close();
  }

  for (const [what, data] of [[PING, Buffer.alloc(0)], [SWITCH, Buffer.of(1)]] as const) {
    const reply = await ask(what, data);
    if (reply.ok && reply.value.status === 0) continue;
    isGone = true;
    await handle.close();
    return reply.ok ? failed('reader_failed') : reply;
  }
  return achieved({
    async poll(milliseconds) {
      const reply = await ask(POLL, Buffer.of(Math.floor(milliseconds / 1_000), Math.floor((milliseconds % 1_000) / 10)), milliseconds + PATIENCE);
      if (!reply.ok) return reply;
      const { status, data } = reply.value;
      return achieved(status === 0 && data.length > 1 ? { type: data.readUInt8(0), uid: data.subarray(1).toString('hex').toUpperCase() } : null);
    },
    async exchange(command) {
      const reply = await ask(EXCHANGE, command);
      if (!reply.ok) return reply;
      return achieved(reply.value.status === 0 && reply.value.data.length >= 2 ? Buffer.from(reply.value.data) : null);
    },
    close,
  });
}
