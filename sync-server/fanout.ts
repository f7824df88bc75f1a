/**
 * How the relays that work on one database tell each other that something is there. These are hints: whoever hears one looks into
 * the store, and one that gets lost costs time and no data. A signal is kept nowhere, so it travels whole, and one that gets lost is lost.
 */
export type Hint =
  /** Frames `from` to `to` of a document were just stored. */
  | { readonly type: 'frames'; readonly ledger: string; readonly document: string; readonly from: number; readonly to: number }
  /** Records of the membership were added: somebody may have to stop listening. */
  | { readonly type: 'records'; readonly ledger: string }
  | { readonly type: 'signal'; readonly ledger: string; readonly to: ReadonlySet<string> | null; readonly bytes: Uint8Array };

export interface FanOutListener {
  /** What another relay told, in the order it told it; never what this one did. */
  onHint(hint: Hint): void;
  /** Hints may have been missed: whoever listens here must look again. */
  onGap(): void;
}

export interface FanOut {
  /** Call once, before anything is told. */
  listen(listener: FanOutListener): void;
  /** Called when it is on disk. Never throws and is not waited for: a hint that can't be sent is lost, and the others are told of a gap where that can be known. */
  tell(hint: Hint): void;
  close(): Promise<void>;
}

/** For a relay that has its database to itself. */
export const createSoleFanOut = (): FanOut => ({ listen: () => undefined, tell: () => undefined, close: async () => undefined });
