import type { DocumentId } from '#domain/ids.ts';

/** Frames that came by themselves and wait for their turn. Only to save asking for them: what does not fit is asked for. */
export interface LiveBuffer {
  add(document: DocumentId, seq: number, bytes: Uint8Array): void;
  /** Documents with a frame that follows directly on `seqOf`. */
  next(seqOf: (document: DocumentId) => number): DocumentId | undefined;
  /** The frames that follow on `seq` without a gap; they and all before are gone from the buffer. */
  take(document: DocumentId, seq: number): { seq: number; bytes: Uint8Array }[];
  clear(): void;
}

const MAXIMUM_BYTES = 4 * 1024 * 1024;
const MAXIMUM_FRAMES = 2_000;

export function createLiveBuffer(): LiveBuffer {
  const documents = new Map<DocumentId, Map<number, Uint8Array>>();
  let frames = 0;
  let length = 0;

  function clear(): void {
    documents.clear();
    frames = 0;
    length = 0;
  }
  function remove(waiting: Map<number, Uint8Array>, seq: number): void {
    const bytes = waiting.get(seq);
    if (!bytes || !waiting.delete(seq)) return;
    frames -= 1;
    length -= bytes.length;
  }

  return {
    add(document, seq, bytes) {
      if (frames >= MAXIMUM_FRAMES || length + bytes.length > MAXIMUM_BYTES) clear();
      const waiting = documents.get(document) ?? new Map<number, Uint8Array>();
      documents.set(document, waiting);
      remove(waiting, seq);
      waiting.set(seq, bytes);
      frames += 1;
      length += bytes.length;
    },
    next(seqOf) {
      for (const [document, waiting] of documents) if (waiting.has(seqOf(document) + 1)) return document;
      return undefined;
    },
    take(document, seq) {
      const waiting = documents.get(document);
      if (!waiting) return [];
      const taken: { seq: number; bytes: Uint8Array }[] = [];
      for (let next = seq + 1, bytes = waiting.get(next); bytes; bytes = waiting.get(++next)) taken.push({ seq: next, bytes });
      const last = seq + taken.length;
      for (const one of [...waiting.keys()]) if (one <= last) remove(waiting, one);
      if (waiting.size === 0) documents.delete(document);
      return taken;
    },
    clear,
  };
}
