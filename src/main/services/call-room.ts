/** A device's place in the room of a call at the relay, kept open through lost connections and a media router that died. */
import type { Result } from '#domain/result.ts';
import { backoffDelay, type Timers } from '#sync/timers.ts';
import type { CallChannel, CallEvent, CallEvents, CallTrouble } from '#sync/call-channel.ts';

export interface CallRoom {
  /** Null while the room is not open. */
  channel(): CallChannel | null;
  /** Changes when what the router held for this device is gone. */
  generation(): number;
  /** What a device in the room sends. */
  producersOf(key: string): { producer: string; isPaused: boolean }[];
  leave(): void;
}

interface Dependencies {
  readonly timers: Timers;
  open(events: CallEvents): Promise<Result<CallChannel, CallTrouble>>;
  /** Something of the room is different now. */
  onChange(): void;
  /** There is no way into the room; it is not tried again. */
  onRefused(code: Exclude<CallTrouble, 'relay_away'>): void;
  /** The relay has ended the call. */
  onOver(): void;
}

/** The router is started anew within this; afterwards a refusal is one. In milliseconds. */
const LONGEST_DELAY = 2_000;
const MOST_REFUSALS = 8;

export function keepCallRoom({ timers, open, onChange, onRefused, onOver }: Dependencies): CallRoom {
  let channel: CallChannel | null = null;
  let generation = 0;
  let isLeft = false;
  let failures = 0;
  let cancelRetry = (): void => {};
  const producers = new Map<string, { key: string; isPaused: boolean }>();

  function lose(): void {
    channel = null;
    onChange();
    if (!isLeft) void enter();
  }

  function heed(event: CallEvent): void {
    switch (event.event) {
      case 'producerAdded': case 'producerPaused':
        producers.set(event.producer, { key: event.key, isPaused: event.isPaused });
        return onChange();
      case 'producerRemoved':
        producers.delete(event.producer);
        return onChange();
      case 'peerLeft':
        for (const [producer, { key }] of producers) if (key === event.key) producers.delete(producer);
        return onChange();
      case 'restarted':
        producers.clear();
        return lose();
      case 'ended':
        isLeft = true;
        channel = null;
        return onOver();
      case 'peerJoined':
    }
  }

  async function enter(): Promise<void> {
    /** Of the channel that is asked for now: what an older one still says is about what is gone. */
    let isOver = false;
    const opened = await open({
      onEvent(event) {
        if (!isOver && !isLeft) heed(event);
        isOver ||= event.event === 'restarted' || event.event === 'ended';
      },
      onEnd() {
        if (!isOver && !isLeft) lose();
        isOver = true;
      },
    });
    if (isLeft) return void (opened.ok && opened.value.leave());
    if (opened.ok) {
      failures = 0;
      channel = opened.value;
      if (!channel.isResumed) generation += 1;
      producers.clear();
      for (const { key, producers: theirs } of channel.peers) for (const { producer, isPaused } of theirs) producers.set(producer, { key, isPaused });
      return onChange();
    }
    const isFirst = generation === 0;
    failures += 1;
    if (opened.code !== 'relay_away' && (isFirst || failures > MOST_REFUSALS)) return onRefused(opened.code);
    cancelRetry = timers.after(backoffDelay(failures - 2, 0.5, LONGEST_DELAY), () => void enter());
  }
  void enter();

  return {
    channel: () => channel,
    generation: () => generation,
    producersOf: (key) => [...producers].flatMap(([producer, one]) => (one.key === key ? [{ producer, isPaused: one.isPaused }] : [])),
    leave() {
      if (isLeft) return;
      isLeft = true;
      cancelRetry();
      void channel?.leave();
      channel = null;
    },
  };
}
