import { sha256 } from '@noble/hashes/sha2.js';
import type { RevisionId } from '#domain/ids.ts';
import { revisionSchema, revisionToText, type Revision, type RevisionOf, type UnnamedRevision } from '#domain/revision.ts';
import { bytesToHex } from './protocol/bytes.ts';

/** The id that belongs to a revision which `revisionSchema` has parsed. Whatever id it bears plays no part. */
export const revisionToId = (revision: Revision): RevisionId => bytesToHex(sha256(new TextEncoder().encode(revisionToText(revision))).subarray(0, 16));

const UNNAMED = '0'.repeat(32);

/** The revision with its id, as everybody writes it. Throws for what is no revision: that is a bug of the caller. */
export function nameRevision<T extends Revision['type']>(content: UnnamedRevision & { type: T }): RevisionOf<T> {
  const revision = revisionSchema.parse({ id: UNNAMED, ...content }) as RevisionOf<T>;
  return { ...revision, id: revisionToId(revision) };
}
