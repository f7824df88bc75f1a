import { describe, expect, it } from 'vitest';
import { createInbox } from './inbox.ts';

describe('an inbox', () => {
  it('asks the connection to stop while much is waiting, and to go on when little is', async () => {
    const asked: string[] = [];
    const handled: number[] = [];
    let finish = (): void => undefined;
    const inbox = createInbox({
      limits: { messagesPerSecond: 1_000, bytesPerSecond: 1e9, burst: 5, atOnce: 1, waitingBytes: 1_000 },
      clock: () => 0,
      handle: (message) => new Promise((resolve) => {
        handled.push(message.length);
        finish = resolve;
      }),
      pause: () => asked.push('pause'),
      resume: () => asked.push('resume'),
      onError: (error) => expect.fail(String(error)),
    });
    inbox.push(new Uint8Array(700));
    expect(asked).toEqual([]);
    inbox.push(new Uint8Array(400));
    inbox.push(new Uint8Array(200));
    expect(asked).toEqual(['pause']);
    // What is being handled is in memory too.
    finish();
    await expect.poll(() => handled).toEqual([700, 400]);
    expect(asked).toEqual(['pause']);
    finish();
    await expect.poll(() => handled).toEqual([700, 400, 200]);
    expect(asked).toEqual(['pause', 'resume']);
    inbox.close();
  });

  it('hands on several messages at a time, in order, and no more than are allowed', async () => {
    const handled: number[] = [];
    const finish: (() => void)[] = [];
    const inbox = createInbox({
      limits: { messagesPerSecond: 1_000, bytesPerSecond: 1e9, burst: 5, atOnce: 2, waitingBytes: 1_000 },
      clock: () => 0,
      handle: (message) => new Promise((resolve) => {
        handled.push(message.length);
        finish.push(resolve);
      }),
      pause: () => undefined,
      resume: () => undefined,
      onError: (error) => expect.fail(String(error)),
    });
    for (const length of [1, 2, 3, 4]) inbox.push(new Uint8Array(length));
    expect(handled).toEqual([1, 2]);
    finish[1]?.();
    await expect.poll(() => handled).toEqual([1, 2, 3]);
    finish[0]?.();
    await expect.poll(() => handled).toEqual([1, 2, 3, 4]);
    inbox.close();
  });
});
