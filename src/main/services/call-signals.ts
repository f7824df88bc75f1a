import { callSignalSchema, type CallSignal } from '#domain/call-signal.ts';
import type { Saying, Word } from '#domain/call.ts';
import type { Id } from '#domain/ids.ts';
import type { CallKey } from '#sync/call-keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';

/** What a signal says beside the word: undefined where this device has no keys of the call any more. */
export function wordToSignal({ call, word }: Pick<Saying, 'call' | 'word'>, spoken: { readonly about: Id | null; readonly key: CallKey } | null): CallSignal | undefined {
  switch (word.type) {
    case 'ring': return spoken ? { type: 'ring', call, about: spoken.about, commitment: bytesToHex(spoken.key.commitment) } : undefined;
    case 'answer': return spoken ? { type: 'answer', call, publicKey: bytesToHex(spoken.key.publicKey) } : undefined;
    case 'reveal': return spoken ? { type: 'reveal', call, publicKey: bytesToHex(spoken.key.publicKey), blind: bytesToHex(spoken.key.blind) } : undefined;
    default: return { ...word, call };
  }
}

export const signalToWord = (signal: CallSignal): Word => (signal.type === 'end' ? { type: 'end', outcome: signal.outcome } : { type: signal.type });

export const encodeSignal = (signal: CallSignal): Uint8Array => new TextEncoder().encode(JSON.stringify(signal));

/** Undefined for what is none that this program understands. */
export function readSignal(content: Uint8Array): CallSignal | undefined {
  try {
    return callSignalSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content))).data;
  } catch {
    // No JSON: another version of the app, or somebody's joke.
    return undefined;
  }
}
