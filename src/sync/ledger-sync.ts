import { success, type Result } from '#domain/result.ts';
import type { Conversation, Ending, LiveMessage } from './conversation.ts';
import { createInbound, type InboundDeps, type Trouble } from './inbound.ts';
import type { DeviceKey } from './keys.ts';
import { createOutbound } from './outbound.ts';
import { challengeToSignedBytes, type Refusal } from './protocol/messages.ts';
import type { StoreErrorCode } from './store.ts';
import { backoffDelay, type Timers } from './timers.ts';

/** Why something waits, in words that the screen has for it. */
export type SyncReason = Exclude<Ending, 'closed'> | 'relay_full' | 'frame_too_large' | StoreErrorCode;

export interface LedgerSyncState {
  /** Pages are being fetched: what is shown may be far behind. */
  readonly catchingUp: boolean;
  /** When everything known on both sides was exchanged last, milliseconds since 1970. */
  readonly syncedAt: number | null;
  /** Why something stays here, or does not come in. */
  readonly reason: SyncReason | null;
}

/** One ledger's part in a conversation with the relay. */
export interface LedgerSync {
  /** Something new is to be sent. */
  kick(): void;
  onLive(message: LiveMessage): void;
  /** The conversation is over. */
  stop(): void;
  /** Settles when the conversation is over and nothing touches the store any more. */
  readonly done: Promise<void>;
}

export interface LedgerSyncDeps extends InboundDeps {
  readonly device: DeviceKey;
  readonly conversation: Conversation;
  readonly timers: Timers;
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  randomBytes(length: number): Uint8Array;
  onState(state: Partial<LedgerSyncState>): void;
}

/** After so long without news the relay is asked whether there are any, in milliseconds: a notice may get lost. */
const HEARTBEAT = 30_000;
const LONGEST_RETRY = 5 * 60_000;

function troubleToReason(trouble: Refusal | StoreErrorCode): SyncReason {
  switch (trouble) {
    case 'disk_full': case 'store_failed': case 'store_corrupt': case 'read_only': case 'relay_full': case 'frame_too_large':
      return trouble;
    case 'quota':
      return 'relay_full';
    default:
      return 'relay_refused';
  }
}

/** Keeps one ledger in step with the relay until the conversation ends: first reads, then sends, then waits for either. */
export function createLedgerSync(deps: LedgerSyncDeps): LedgerSync {
  const { keys, conversation, timers, now, random, onState } = deps;
  const inbound = createInbound(deps);
  const outbound = createOutbound({ ...deps, inbound });
  let isOpenDue = true;
  let isAwake = true;
  let isStopped = false;
  let wake = (): void => {};
  /** Until when sending rests after the relay said that it is full. */
  let isResting = false;
  let failures = 0;

  function rouse(): void {
    isAwake = true;
    wake();
  }

  async function sleep(milliseconds: number): Promise<boolean> {
    let isTimeUp = false;
    if (!isAwake) {
      const cancel = timers.after(milliseconds, () => {
        isTimeUp = true;
        rouse();
      });
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      cancel();
    }
    isAwake = false;
    return isTimeUp;
  }

  async function open(): Promise<Result<boolean, Trouble>> {
    const proof = await keys.access.sign(challengeToSignedBytes(conversation.nonce, keys.ledger));
    const opened = await conversation.request({ type: 'open', ledger: keys.ledger, accessKey: keys.access.publicKey, proof });
    if (!opened.ok) return opened;
    const adopted = await inbound.adopt(opened.value);
    if (!adopted.ok) return adopted;
    isOpenDue = false;
    return success(true);
  }

  async function send(): Promise<Result<boolean, Trouble>> {
    if (isResting) return success(false);
    const sent = await outbound.step();
    if (sent.ok || !['quota', 'relay_full', 'frame_too_large'].includes(sent.code)) return sent;
    // Nothing is lost: the frames stay here and go when there is room. Meanwhile reading goes on.
    isResting = true;
    onState({ reason: sent.code === 'frame_too_large' ? sent.code : 'relay_full' });
    timers.after(backoffDelay(failures++, random(), LONGEST_RETRY), () => {
      isResting = false;
      rouse();
    });
    return success(false);
  }

  async function advance(): Promise<Result<boolean, Trouble>> {
    if (isOpenDue) return open();
    const read = await inbound.step();
    onState({ catchingUp: inbound.isCatchingUp() });
    return !read.ok || read.value ? read : send();
  }

  function rest(): void {
    const leftOver = outbound.leftOver();
    if (leftOver) onState({ reason: troubleToReason(leftOver) });
    else if (!isResting) {
      failures = 0;
      onState({ reason: null, syncedAt: now() });
    }
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      const outcome = await advance();
      if (outcome.ok) {
        if (outcome.value) continue;
        rest();
        if (await sleep(HEARTBEAT)) isOpenDue = true;
      } else if (outcome.code === 'ended') {
        return;
      } else if (outcome.code === 'relay_nonsense' || outcome.code === 'proof_wrong') {
        // A proof over the challenge we heard is right; so the challenge was another one. A new conversation has a new one.
        return conversation.end('relay_nonsense');
      } else {
        onState({ reason: troubleToReason(outcome.code), catchingUp: false });
        if (outcome.code === 'ledger_not_open') isOpenDue = true;
        isAwake = false;
        await sleep(backoffDelay(failures++, random(), LONGEST_RETRY));
      }
    }
  }

  return {
    kick: rouse,
    onLive(message) {
      inbound.onLive(message);
      rouse();
    },
    stop() {
      isStopped = true;
      rouse();
    },
    done: run(),
  };
}
