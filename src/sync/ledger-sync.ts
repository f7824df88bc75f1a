import { failure, success, type Result } from '#domain/result.ts';
import { ownKey, type LedgerAccess } from './access.ts';
import { createCompaction } from './compaction.ts';
import type { AnswerTo, Conversation, Ending, LiveMessage } from './conversation.ts';
import { createInbound, type InboundDeps, type Trouble } from './inbound.ts';
import { createLine, type AccessHolder, type Line } from './line.ts';
import { createOutbound } from './outbound.ts';
import { roleNow } from './protocol/membership.ts';
import { challengeToSignedBytes, type Refusal } from './protocol/messages.ts';
import type { StoreErrorCode } from './store.ts';
import { backoffDelay, type Timers } from './timers.ts';

/** Why something waits, in words that the screen has for it. */
export type SyncReason = Exclude<Ending, 'closed'> | 'relay_full' | 'frame_too_large' | StoreErrorCode | MembershipReason;

/**
 * `removed`: this device is in the ledger no more. `not_member`: as far as the relay knows it never was. `role_forbids`,
 * `key_missing`: it may read, and what it wrote stays here. `membership_forked`: see line.ts.
 */
export type MembershipReason = 'removed' | 'not_member' | 'role_forbids' | 'key_missing' | 'membership_forked';
const MEMBERSHIP_REASONS: readonly string[] = ['removed', 'not_member', 'role_forbids', 'key_missing', 'membership_forked'] satisfies MembershipReason[];
const isMembershipReason = (code: string): code is MembershipReason => MEMBERSHIP_REASONS.includes(code);

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
  /** Settles when the ledger is open and its records are in step: true; false when the conversation ended before that. */
  readonly opened: Promise<boolean>;
  readonly line: Line;
  /** Asks for the ledger, whatever its line of records is there, and does something with that. */
  withOther<T>(work: (line: Line) => Promise<Result<T, Trouble>>): Promise<Result<T, Trouble>>;
  onLive(message: LiveMessage): void;
  /** The conversation is over. */
  stop(): void;
  /** Settles when the conversation is over and nothing touches the store any more. */
  readonly done: Promise<void>;
}

export interface LedgerSyncDeps extends Pick<InboundDeps, 'ledger' | 'store' | 'repo' | 'doubts' | 'askOthers'> {
  readonly holder: AccessHolder;
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

function troubleToReason(trouble: Refusal | StoreErrorCode | 'membership_forked' | 'key_missing'): SyncReason {
  if (isMembershipReason(trouble)) return trouble;
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
  const { ledger, holder, conversation, timers, now, random, onState } = deps;
  const access = (): LedgerAccess => {
    const known = holder.get();
    if (!known) throw new Error('nothing is read or sent before the first record is here');
    return known;
  };
  const line = createLine(deps);
  const inbound = createInbound({ ...deps, access, fetchRecords: line.fetch, review: line.review, onSnapshot: (...snapshot) => compaction.onSnapshot(...snapshot) });
  const outbound = createOutbound({ ...deps, access, line, inbound, inTurn: holder.inTurn });
  const compaction = createCompaction({ ...deps, access, inbound, onDue: rouse });
  let tellOpened: (isOpen: boolean) => void = () => {};
  const whenOpened = new Promise<boolean>((resolve) => (tellOpened = resolve));
  let isOpenDue = true;
  let isAwake = true;
  let isStopped = false;
  let wake = (): void => {};
  /** Until when sending rests after the relay said that it is full. */
  let isResting = false;
  let cancelRest = (): void => {};
  let failures = 0;
  /** What went wrong while nobody waited for it. */
  let bug: { error: unknown } | undefined;

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

  async function ask(): Promise<Result<AnswerTo<'open'>, Trouble>> {
    const { device } = holder.deps;
    const proof = await device.sign(challengeToSignedBytes(conversation.nonce, ledger));
    return conversation.request({ type: 'open', ledger, key: device.publicKey, proof });
  }

  /** Asks for the ledger; a relay that does not know it, or not yet that we are in it, is told first. */
  async function request(isTold = false): Promise<Result<AnswerTo<'open'>, Trouble>> {
    const opened = await ask();
    const isUnknown = !opened.ok && (opened.code === 'ledger_unknown' || opened.code === 'not_member');
    if (!isUnknown || isTold || !holder.get()) return opened;
    const told = await line.bring();
    return told.ok ? request(true) : told;
  }

  async function open(): Promise<Result<boolean, Trouble>> {
    const opened = await request();
    if (!opened.ok) return opened;
    const inStep = await line.adopt(opened.value);
    if (!inStep.ok) return inStep;
    if (roleNow(access().membership, ownKey(access())) === null) return failure('removed');
    const adopted = await inbound.adopt(opened.value);
    if (!adopted.ok) return adopted;
    isOpenDue = false;
    tellOpened(true);
    return success(true);
  }

  async function send(): Promise<Result<boolean, Trouble>> {
    if (isResting) return success(false);
    const sent = await outbound.step();
    if (sent.ok || !['quota', 'relay_full', 'frame_too_large'].includes(sent.code)) return sent;
    // Nothing is lost: the frames stay here and go when there is room. Meanwhile reading goes on.
    isResting = true;
    onState({ reason: sent.code === 'frame_too_large' ? sent.code : 'relay_full' });
    cancelRest = timers.after(backoffDelay(failures++, random(), LONGEST_RETRY), () => {
      isResting = false;
      rouse();
    });
    return success(false);
  }

  async function advance(): Promise<Result<boolean, Trouble>> {
    if (isOpenDue) return open();
    const read = await inbound.step();
    onState({ catchingUp: inbound.isCatchingUp() });
    if (!read.ok || read.value) return read;
    const sent = await send();
    return !sent.ok || sent.value || isResting ? sent : compaction.step();
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
      if (bug) throw bug.error;
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
        // Also what the membership was thought to be is looked at anew.
        isOpenDue = true;
        isAwake = false;
        await sleep(backoffDelay(failures++, random(), LONGEST_RETRY));
      }
    }
  }

  return {
    kick: rouse,
    line,
    async withOther(work) {
      const opened = await ask();
      return opened.ok ? work(line) : opened;
    },
    opened: whenOpened,
    onLive(message) {
      if (message.type === 'liveRecord') {
        const settle = (failed: boolean): void => {
          isOpenDue ||= failed;
          rouse();
        };
        line.onLive(message.record, message.bytes).then(
          // Who was taken out asks once more, and is told so.
          (taken) => settle(!taken.ok || roleNow(access().membership, ownKey(access())) === null),
          (error: unknown) => {
            bug = { error };
            settle(true);
          },
        );
        return;
      }
      inbound.onLive(message);
      rouse();
    },
    stop() {
      isStopped = true;
      cancelRest();
      compaction.stop();
      tellOpened(false);
      rouse();
    },
    done: run().finally(line.idle),
  };
}
