/** Short visits to a ledger at its relay, by whoever has a key to it: to look before joining, and to come in. */
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import { extendAccess, type AccessDeps, type LedgerAccess } from './access.ts';
import type { Conversation, ConversationDeps } from './conversation.ts';
import { isVouchedFor } from './endorsement.ts';
import { visit, type ErrandFailure } from './errand.ts';
import { readFrame } from './judge.ts';
import { hashId } from './keys.ts';
import { parseFrame } from './protocol/frames.ts';
import { challengeToSignedBytes, type Refusal } from './protocol/messages.ts';
import { roleNow } from './protocol/membership.ts';
import type { Repo } from './repo.ts';

/** `invite_expired`: the key opens nothing at this relay, or no longer. `taken_out`: it is that of a member of former times. */
export type VisitFailure = ErrandFailure | 'invite_expired' | 'taken_out' | 'ledger_empty';
type Inner = Refusal | 'ended' | 'relay_nonsense' | 'invite_expired' | 'taken_out' | 'ledger_empty';

export interface VisitDeps extends ConversationDeps {
  readonly repo: Pick<Repo, 'readChange'>;
}

/** A ledger's own document is small, and its records are few; who hands out more pages than this is handing out something else. */
const MAXIMUM_PAGES = 200;
const MAXIMUM_ATTEMPTS = 8;

async function fetchRecords(conversation: Conversation, ledger: LedgerId, known: LedgerAccess | null, deps: AccessDeps): Promise<Result<LedgerAccess, Inner>> {
  let access = known;
  for (let pages = 0; pages < MAXIMUM_PAGES; pages += 1) {
    const page = await conversation.request({ type: 'records', ledger, from: access?.records.length ?? 0 });
    if (!page.ok) return page;
    const extended = page.value.records.length > 0 || !access ? await extendAccess(access, deps, page.value.records) : success(access);
    if (!extended.ok) return failure('relay_nonsense');
    access = extended.value;
    if (access.records.length > page.value.record) return success(access);
  }
  return failure('relay_nonsense');
}

interface Opened {
  readonly access: LedgerAccess;
  readonly hasRoot: boolean;
}

async function open(conversation: Conversation, deps: AccessDeps): Promise<Result<Opened, Inner>> {
  const { ledger, device } = deps;
  const proof = await device.sign(challengeToSignedBytes(conversation.nonce, ledger));
  const opened = await conversation.request({ type: 'open', ledger, key: device.publicKey, proof });
  if (!opened.ok && opened.code === 'removed') return failure('taken_out');
  if (!opened.ok) return ['ledger_unknown', 'not_member'].includes(opened.code) ? failure('invite_expired') : opened;
  const access = await fetchRecords(conversation, ledger, null, deps);
  return access.ok ? success({ access: access.value, hasRoot: opened.value.documents.some(({ document }) => document === ledger) }) : access;
}

/** What a snapshot or a frame of the ledger's own document says; nothing where it does not pass, as for whoever joins. */
async function readRevisions(access: LedgerAccess, repo: Pick<Repo, 'readChange'>, bytes: Uint8Array): Promise<Revision[]> {
  const read = await readFrame(access, repo, access.ledger, bytes);
  return read.ok ? read.value.changes.flatMap((change) => change.revisions) : [];
}

async function readRoot(conversation: Conversation, access: LedgerAccess, repo: Pick<Repo, 'readChange'>): Promise<Result<Revision[], Inner>> {
  const { ledger } = access;
  const revisions: Revision[] = [];
  let frame: string | null = null;
  let after = 0;
  for (let pages = 0; pages < MAXIMUM_PAGES; pages += 1) {
    const page = await conversation.request({ type: 'since', ledger, document: ledger, after, frame });
    if (!page.ok) return page;
    const { snapshot, frames, head } = page.value;
    if (snapshot) {
      const read = await readFrame(access, repo, ledger, snapshot.bytes);
      const parsed = parseFrame(snapshot.bytes);
      const covers = parsed.ok ? parsed.value.header.covers : null;
      // Whoever is to see nothing older finds what they need stated anew behind it.
      const isBefore = !read.ok && read.code === 'before_joining';
      const isVouched = read.ok && (await isVouchedFor(
        access, { author: read.value.opened.author, record: read.value.opened.header.record }, await hashId(snapshot.bytes), snapshot.endorsements));
      if (!covers || !(isBefore || isVouched) || covers.seq <= after) return failure('relay_nonsense');
      if (read.ok) revisions.push(...read.value.changes.flatMap((change) => change.revisions));
      ({ seq: after, frame } = covers);
    }
    for (const { bytes } of frames) revisions.push(...(await readRevisions(access, repo, bytes)));
    const last = frames.at(-1);
    if (last) {
      if (last.seq <= after) return failure('relay_nonsense');
      after = last.seq;
      frame = await hashId(last.bytes);
    }
    if (after >= head) return success(revisions);
    if (!last && !snapshot) return failure('relay_nonsense');
  }
  return failure('relay_nonsense');
}

/** What the ledger's own document says of its name and people, and who is in. Stores nothing. */
export function lookIntoLedger(deps: VisitDeps, relay: string, access: AccessDeps): Promise<Result<{ access: LedgerAccess; revisions: Revision[] }, VisitFailure>> {
  return visit(deps, relay, async (conversation): Promise<Result<{ access: LedgerAccess; revisions: Revision[] }, Inner>> => {
    const opened = await open(conversation, access);
    if (!opened.ok) return opened;
    if (!opened.value.hasRoot) return failure('ledger_empty');
    const revisions = await readRoot(conversation, opened.value.access, deps.repo);
    return revisions.ok ? success({ access: opened.value.access, revisions: revisions.value }) : revisions;
  });
}

/**
 * Comes into a ledger: appends the record that admits `newcomer` (64 hexadecimal digits), made anew where another one came
 * first. Where the newcomer is in already, from an attempt whose answer was lost, there is nothing to do. Answers with all
 * records. Stores nothing.
 */
export function enterLedger(
  deps: VisitDeps, relay: string, key: AccessDeps, newcomer: string, make: (access: LedgerAccess) => Promise<Uint8Array>,
): Promise<Result<readonly Uint8Array[], VisitFailure | 'key_missing'>> {
  return visit(deps, relay, async (conversation): Promise<Result<readonly Uint8Array[], Inner | 'key_missing'>> => {
    const opened = await open(conversation, key);
    if (!opened.ok) return opened;
    let { access } = opened.value;
    for (let attempt = 0; attempt < MAXIMUM_ATTEMPTS; attempt += 1) {
      if (roleNow(access.membership, newcomer) !== null) return success(access.records);
      if (!access.current) return failure('key_missing');
      const record = await make(access);
      const enrolled = await conversation.request({ type: 'enrol', ledger: access.ledger, records: [record] });
      if (enrolled.ok) return success([...access.records, record]);
      if (enrolled.code !== 'record_stale') return enrolled.code === 'record_forbidden' ? failure('invite_expired') : enrolled;
      const fetched = await fetchRecords(conversation, access.ledger, access, key);
      if (!fetched.ok) return fetched;
      access = fetched.value;
    }
    return failure('record_stale');
  });
}

