import type { LedgerId } from '#domain/ids.ts';
import { success } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import type { FrameId, HeldFrame, Store } from './store.ts';
import {
  addChange, changeKey, findChange, forgetFrame, frameKey, newLedger, putInLine, receive, seal, takeBytes, within, type LedgerState, type MemoryState,
} from './memory-ledger.ts';

/** A store that lives as long as its state does: for tests, and for looking at a ledger before joining it. */
export function createMemoryStore(state: MemoryState = new Map()): Store & { revisions(ledger: LedgerId): Revision[] } {
  const at = (id: LedgerId): LedgerState => within(state, id, newLedger);
  const done = Promise.resolve(success(undefined));

  const store: ReturnType<typeof createMemoryStore> = {
    revisions(ledger) {
      const counting = [...at(ledger).changes.values()].flatMap((changes) => [...changes.values()].filter(({ refused }) => refused === null));
      return [...new Map(counting.flatMap((change) => change.revisions).map((revision) => [revision.id, revision])).values()];
    },

    async records(id) {
      return success([...at(id).records]);
    },
    async commitRecords(id, device, from, records, { refused, admitted }) {
      const ledger = at(id);
      if (from > ledger.records.length) throw new RangeError('a gap between the records');
      ledger.device = device;
      ledger.records = [...ledger.records.slice(0, from), ...records];
      for (const { reason, ...change } of refused) {
        const known = findChange(ledger, change);
        if (known) known.refused = reason;
        ledger.unsealed.delete(changeKey(change));
      }
      const back = admitted.map((change) => findChange(ledger, change)).filter((change) => change !== undefined);
      for (const change of back) change.refused = null;
      putInLine(ledger, back);
      return done;
    },

    async commitOtherLine(id, device, from, records, { made, ...changes }) {
      const ledger = at(id);
      const all = [...ledger.changes.values()].flatMap((one) => [...one.values()]);
      const left = all.filter(({ record }) => record !== null && record >= from);
      const kept = new Set(all.flatMap((change) => (left.includes(change) ? [] : [change.frame])));
      for (const change of left) {
        if (change.frame !== null && !kept.has(change.frame)) forgetFrame(ledger, change.frame);
        Object.assign(change, { record: null, frame: null });
      }
      for (const frame of ledger.order.filter(({ state }) => state === 'quarantined')) forgetFrame(ledger, frameKey(frame));
      ledger.quarantinedBytes = 0;
      await store.commitRecords(id, device, from, records, changes);
      await store.commitLocal(id, made);
      putInLine(ledger, left);
      await store.resetRelayLog(id, '');
      ledger.incarnation = null;
      return done;
    },

    async documents(ledger) {
      const documents = [...at(ledger).changes].map(([document, changes]) => ({
        document,
        revisions: [...changes.values()].reduce((sum, change) => sum + change.revisions.length, 0),
      }));
      return success(documents.filter(({ revisions }) => revisions > 0));
    },
    async firstType(ledger, document) {
      const counting = [...(at(ledger).changes.get(document)?.values() ?? [])].filter(({ refused }) => refused === null);
      return success(counting.flatMap(({ revisions }) => revisions)[0]?.type ?? null);
    },
    async changes(ledger, document) {
      return success([...(at(ledger).changes.get(document)?.values() ?? [])].map((change) => change.bytes));
    },
    async lineage(ledger, document) {
      const all = [...(at(ledger).changes.get(document)?.values() ?? [])];
      return success(all.map(({ hash, deps, actor, record, refused }) => ({ hash, deps, actor, record, refused })));
    },
    async refusedChanges(ledger) {
      const all = [...at(ledger).changes.values()].flatMap((changes) => [...changes.values()]).toSorted((a, b) => a.place - b.place);
      return success(all.flatMap(({ document, hash, record, refused, bytes }) => (refused === null ? [] : [{ document, hash, record, reason: refused, bytes }])));
    },
    async knownChanges(ledger, document, hashes) {
      const known = at(ledger).changes.get(document);
      return success(new Set(hashes.filter((hash) => known?.has(hash))));
    },

    async commitLocal(id, changes) {
      const ledger = at(id);
      for (const change of changes) if (!findChange(ledger, change)) ledger.unsealed.set(changeKey(change), addChange(ledger, change, null, null));
      return done;
    },
    async nextUnsealed(id, maximumBytes) {
      const { unsealed } = at(id);
      const [first] = unsealed.values();
      if (!first) return success(null);
      const later = [...(at(id).changes.get(first.document)?.values() ?? [])].filter(({ place }) => place >= first.place);
      const sealed = later.findIndex(({ frame }) => frame !== null);
      const changes = takeBytes((sealed < 0 ? later : later.slice(0, sealed)).filter(({ refused }) => refused === null), maximumBytes);
      return success({ document: first.document, changes: changes.map(({ hash, bytes }) => ({ hash, bytes })) });
    },
    async commitSealed(id, frame, hashes, record) {
      const ledger = at(id);
      receive(ledger, { ...frame, seq: null, verdict: { state: 'merged', changes: [], refused: new Map() } });
      for (const hash of hashes) {
        const change = findChange(ledger, { document: frame.document, hash });
        if (change) seal(ledger, change, frameKey(frame), { record, refused: change.refused });
      }
      return done;
    },
    async commitUnsealed(id, frames) {
      const ledger = at(id);
      for (const frame of frames) {
        const kept = ledger.waiting.get(frameKey(frame));
        if (!kept) continue;
        for (const frames of [ledger.waiting, ledger.held]) frames.delete(frameKey(frame));
        ledger.frames.get(frame.document)?.delete(frame.frame);
        ledger.order = ledger.order.filter((one) => one !== kept);
        const changes = [...(ledger.changes.get(frame.document)?.values() ?? [])].filter((change) => change.frame === frameKey(frame));
        for (const change of changes) Object.assign(change, { frame: null, record: null });
        putInLine(ledger, changes);
      }
      return done;
    },
    async waitingFrames(id, maximumBytes) {
      const frames = takeBytes(at(id).waiting.values(), maximumBytes);
      return success(frames.map(({ document, frame, bytes }) => ({ document, frame, bytes })));
    },
    async waitingSnapshots(id) {
      return success([...at(id).waiting.values()].filter(({ endorsements }) => endorsements !== null).map(({ document, frame }) => ({ document, frame })).toReversed());
    },
    async commitAcknowledged(id, frames, cursor) {
      const ledger = at(id);
      for (const acknowledged of frames) {
        const kept = ledger.waiting.get(frameKey(acknowledged));
        if (kept) kept.seq = acknowledged.seq;
        ledger.waiting.delete(frameKey(acknowledged));
      }
      if (cursor) ledger.cursors.set(cursor.document, cursor);
      return done;
    },

    async commitReceived(id, frames, cursor) {
      const ledger = at(id);
      for (const frame of frames) receive(ledger, frame);
      if (cursor) ledger.cursors.set(cursor.document, cursor);
      return done;
    },
    async releasedFrames(id, by, maximumBytes) {
      const ledger = at(id);
      const released = [...ledger.held.values()].flatMap(({ document, frame, seq, bytes, verdict }): HeldFrame[] => {
        const first = verdict.state === 'held' ? verdict.missing[0] : undefined;
        if (verdict.state !== 'held' || first === undefined || !ledger.changes.get(document)?.has(first)) return [];
        return by && (by.document !== document || by.hash !== first) ? [] : [{ document, frame, seq, bytes, verdict }];
      });
      return success(takeBytes(released, maximumBytes));
    },
    async frameNumbers(id, document, frames) {
      const known = at(id).frames.get(document);
      return success(new Map(frames.flatMap((frame): [FrameId, number][] => {
        const seq = known?.get(frame)?.seq ?? null;
        return seq === null ? [] : [[frame, seq]];
      })));
    },
    async countHeld(id) {
      return success(at(id).held.size);
    },
    async missingChanges(id, maximum) {
      const missing = [...at(id).held.values()].flatMap(({ document, verdict }) =>
        verdict.state === 'held' && verdict.missing[0] !== undefined ? [[`${document}/${verdict.missing[0]}`, { document, hash: verdict.missing[0] }] as const] : []);
      return success([...new Map(missing).values()].slice(0, maximum));
    },
    async commitDoubted(id, document, hashes) {
      const ledger = at(id);
      const frames = new Set(hashes.map((hash) => findChange(ledger, { document, hash })?.frame ?? null));
      for (const kept of ledger.frames.get(document)?.values() ?? []) {
        if (kept.seq === null || !frames.has(frameKey(kept))) continue;
        kept.seq = null;
        ledger.waiting.set(frameKey(kept), kept);
      }
      return done;
    },
    async cursors(id) {
      const { incarnation, cursors } = at(id);
      return success({ incarnation, cursors: [...cursors.values()] });
    },
    async resetRelayLog(id, incarnation) {
      const ledger = at(id);
      ledger.incarnation = incarnation;
      ledger.cursors.clear();
      ledger.covered.clear();
      ledger.waiting.clear();
      for (const kept of ledger.order) {
        kept.seq = null;
        if (kept.state !== 'quarantined') ledger.waiting.set(frameKey(kept), kept);
      }
      return done;
    },

    async frameVersions(id) {
      return success([...at(id).frames].map(([document, frames]) => ({ document, version: `${frames.size}/${[...frames.keys()].at(-1)}` })));
    },
    async offeredFrames(id, document) {
      const ledger = at(id);
      const holding = new Set([...(ledger.changes.get(document)?.values() ?? [])].map(({ frame }) => frame));
      const frames = [...(ledger.frames.get(document)?.values() ?? [])].filter((frame) => frame.state === 'held' || (frame.state === 'merged' && holding.has(frameKey(frame))));
      return success(frames.map(({ frame }) => frame));
    },
    async knownFrames(id, document, frames) {
      const known = at(id).frames.get(document);
      return success(new Set(frames.filter((frame) => known?.has(frame))));
    },
    async frame(id, document, frame) {
      const kept = at(id).frames.get(document)?.get(frame);
      return success(kept && kept.state !== 'quarantined' ? { document, frame, bytes: kept.bytes, endorsements: kept.endorsements ?? [] } : null);
    },

    async tails(id) {
      const { frames, covered } = at(id);
      return success(
        [...frames].map(([document, all]) => {
          const kept = [...all.values()];
          const tail = kept.filter(({ seq, state }) => state === 'merged' && seq !== null && seq > (covered.get(document) ?? 0));
          const isCut = kept.some(({ verdict }) => verdict.state === 'quarantined' && verdict.reason === 'before_joining');
          return { document, covered: covered.get(document) ?? 0, frames: tail.length, bytes: tail.reduce((sum, { size }) => sum + size, 0), isHeld: kept.some(({ state }) => state === 'held'), isCut };
        }),
      );
    },
    async changesUpTo(id, document, upTo) {
      const ledger = at(id);
      const seqs = new Map([...(ledger.frames.get(document)?.values() ?? [])].map((frame) => [frameKey(frame), frame.seq]));
      return success(
        [...(ledger.changes.get(document)?.values() ?? [])].flatMap(({ hash, record, bytes, frame }) => {
          const seq = frame === null ? null : (seqs.get(frame) ?? null);
          return record !== null && seq !== null && seq <= upTo ? [{ hash, record, bytes }] : [];
        }),
      );
    },
    async commitCovered(id, document, seq) {
      const { covered } = at(id);
      covered.set(document, Math.max(covered.get(document) ?? 0, seq));
      return done;
    },
  };
  return store;
}
