/**
 * A relay that hid or lost something in the middle of a log and was honest afterwards leaves a hole that only others' work shows: who
 * wrote what lies there believes that it is at the relay. So a device that has read the whole log and still misses changes asks
 * the other devices for them, by a signal; who has them brings them to the relay once more, which takes what it has as it is.
 */
import { z } from 'zod';
import type { DocumentId, LedgerId } from '#domain/ids.ts';
import { bytesToHex, hexToBytes } from './protocol/bytes.ts';
import { decodeCbor, encodeCbor } from './protocol/cbor.ts';
import type { MissingChange, Store } from './store.ts';

/** As many hashes as fit into one signal. */
export const MAXIMUM_ASKED = 64;
const NAME = 'tallystick missing 1';

const bytesOf = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const missingSchema = z.tuple([z.literal(NAME), bytesOf(16), z.array(bytesOf(32)).min(1).max(MAXIMUM_ASKED)]);

/** One signal for each document. */
export function missingToSignals(missing: readonly MissingChange[]): Uint8Array[] {
  const byDocument = Map.groupBy(missing.slice(0, MAXIMUM_ASKED), ({ document }) => document);
  return [...byDocument].map(([document, changes]) => encodeCbor([NAME, hexToBytes(document), changes.map(({ hash }) => hexToBytes(hash))]));
}

/** Undefined for a signal that is about something else. Any bytes give an answer. */
export function signalToMissing(content: Uint8Array): { document: DocumentId; hashes: string[] } | undefined {
  const decoded = decodeCbor(content);
  const parsed = decoded.ok ? missingSchema.safeParse(decoded.value) : undefined;
  if (!parsed?.success) return undefined;
  const [, document, hashes] = parsed.data;
  return { document: bytesToHex(document), hashes: hashes.map(bytesToHex) };
}

/** So long a change that was brought once more is not brought again, in milliseconds: whoever asks on and on is no reason to send on and on. */
const REST = 10 * 60_000;
/** Of one ledger within that time: whoever asks for all of a long history, round after round, gets no more. */
const MAXIMUM_BROUGHT = 10_000;

interface AnswerDeps {
  readonly store: Pick<Store, 'commitDoubted' | 'knownChanges'>;
  now(): number;
  /** Something of the ledger is to be sent. */
  kick(ledger: LedgerId): void;
}

/** Sees to it that what others miss, and is here, goes to the relay once more. */
export function createMissingAnswers({ store, now, kick }: AnswerDeps): (ledger: LedgerId, missing: { document: DocumentId; hashes: readonly string[] }) => Promise<void> {
  /** When each was brought, the oldest first. */
  const broughtOf = new Map<LedgerId, Map<string, number>>();
  function recall(ledger: LedgerId): Map<string, number> {
    const brought = broughtOf.get(ledger) ?? new Map<string, number>();
    broughtOf.set(ledger, brought);
    for (const [name, at] of brought) {
      // A clock that was put back far is no reason to keep somebody waiting.
      if (Math.abs(now() - at) < REST) break;
      brought.delete(name);
    }
    return brought;
  }
  return async (ledger, { document, hashes }) => {
    const brought = recall(ledger);
    const nameOf = (hash: string): string => `${document}/${hash}`;
    const due = [...new Set(hashes)].filter((hash) => !brought.has(nameOf(hash))).slice(0, MAXIMUM_BROUGHT - brought.size);
    const known = await store.knownChanges(ledger, document, due);
    if (!known.ok || known.value.size === 0) return;
    for (const hash of known.value) brought.set(nameOf(hash), now());
    const doubted = await store.commitDoubted(ledger, document, [...known.value]);
    if (doubted.ok) kick(ledger);
  };
}
