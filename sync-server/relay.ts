/**
 * The relay without sockets: who listens to which ledger, and what becomes of frames. It can tell that a frame is signed
 * and belongs to its ledger; what is in it nobody here can read.
 */
import { parseFrame } from '#sync/protocol/frames.ts';
import type { Refusal } from '#sync/protocol/messages.ts';
import { DEFAULT_RELAY_LIMITS, type AppendAnswer, type Hub, type Listener, type RelayLimits, type Wire } from './hub.ts';
import { createRelaySession, type RelaySession } from './session.ts';
import type { FrameToAppend } from './store.ts';
import { hashId } from './verify.ts';

export interface RelayDeps extends Pick<Hub, 'store' | 'now' | 'randomBytes' | 'isSignedBy'> {
  readonly limits?: RelayLimits;
  /** A failure of the disk, without anything that names somebody. */
  onFailure?(code: string): void;
}

export interface Relay {
  connect(wire: Wire): RelaySession;
}

export function createRelay(deps: RelayDeps): Relay {
  const { store, isSignedBy, limits = DEFAULT_RELAY_LIMITS } = deps;
  const listeners = new Map<string, Set<Listener>>();

  async function judge(ledger: string, bytes: Uint8Array): Promise<FrameToAppend | { frame: string; reason: Refusal }> {
    const frame = hashId(bytes);
    const parsed = parseFrame(bytes);
    if (!parsed.ok) return { frame, reason: parsed.code === 'too_large' ? 'frame_too_large' : 'frame_malformed' };
    const { header, signedBytes, signature } = parsed.value;
    if (header.ledger !== ledger) return { frame, reason: 'frame_foreign' };
    if (!(await isSignedBy(header.author, signature, signedBytes))) return { frame, reason: 'signature_wrong' };
    return { document: header.document, frame, bytes };
  }

  const hub: Hub = {
    ...deps,
    limits,
    listen(ledger, session) {
      const there = listeners.get(ledger) ?? new Set();
      listeners.set(ledger, there.add(session));
    },
    leave(session, ledgers) {
      for (const ledger of ledgers) {
        const there = listeners.get(ledger);
        there?.delete(session);
        if (there?.size === 0) listeners.delete(ledger);
      }
    },
    async append(ledger, frames, from) {
      const judged = await Promise.all(frames.map((bytes) => judge(ledger, bytes)));
      const refused = judged.filter((one) => 'reason' in one);
      const sound = judged.filter((one) => 'bytes' in one);
      if (sound.length === 0) return from.onAppended({ stored: [], refused });
      const outcome = await store.append(ledger, sound);
      // From here on nothing is awaited: the disk answers in the order of the numbers, and so everybody hears of them.
      if (!outcome.ok) {
        deps.onFailure?.(outcome.code);
        return from.onAppended(outcome.code);
      }
      const stored: AppendAnswer['stored'] = [];
      outcome.value.forEach((appended, index) => {
        if ('refused' in appended) return void refused.push({ frame: appended.frame, reason: appended.refused });
        const { document, frame, seq, fresh } = appended;
        stored.push({ document, frame, seq });
        const bytes = sound[index]?.bytes;
        if (fresh && bytes) for (const listener of listeners.get(ledger) ?? []) if (listener !== from.listener) listener.onStored(ledger, document, seq, bytes);
      });
      from.onAppended({ stored, refused });
    },
  };
  return { connect: (wire) => createRelaySession(hub, wire) };
}
