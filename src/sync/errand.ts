/** Short visits to a relay: to leave or take an invite, and to look into a ledger before joining it. */
import { failure, success, type Result } from '#domain/result.ts';
import type { Revision } from '#domain/revision.ts';
import { openConversation, type AnswerTo, type Conversation, type ConversationDeps, type Ending } from './conversation.ts';
import { codeToBox, createCode, openInviteWithCode, parseCode, sealInviteForCode } from './invite-code.ts';
import type { Invite } from './invite.ts';
import { readFrame } from './judge.ts';
import { hashId, openLedgerKeys } from './keys.ts';
import { challengeToSignedBytes, REFUSALS, type Refusal } from './protocol/messages.ts';
import type { Repo } from './repo.ts';

export type ErrandFailure = Exclude<Ending, 'closed'> | 'relay_full';

export interface ErrandDeps extends ConversationDeps {
  randomBytes(length: number): Uint8Array;
}

const refusalToFailure = (reason: Refusal): ErrandFailure => (reason === 'quota' || reason === 'relay_full' ? 'relay_full' : 'relay_refused');

type OwnCode = 'relay_nonsense' | 'ledger_empty';
const isRefusal = (code: Refusal | OwnCode): code is Refusal => REFUSALS.some((refusal) => refusal === code);

/** One visit. Whatever ends the conversation before the errand is done is its failure. */
function visit<T, Code extends OwnCode = never>(
  deps: ConversationDeps, relay: string, errand: (conversation: Conversation) => Promise<Result<T, Code | Refusal | 'ended'>>,
): Promise<Result<T, Code | ErrandFailure>> {
  return new Promise((resolve, reject) => {
    const end = openConversation(deps, relay, {
      onEnd: (reason) => resolve(failure(reason === 'closed' ? 'relay_away' : reason)),
      onReady(conversation) {
        errand(conversation).then((outcome) => {
          if (outcome.ok) resolve(outcome);
          // An ended conversation has told its reason through onEnd already.
          else if (outcome.code !== 'ended') resolve(failure(isRefusal(outcome.code) ? refusalToFailure(outcome.code) : outcome.code));
          end('closed');
        }, reject);
      },
    });
  });
}

/** A ledger's own document is small; who hands out more pages than this is handing out something else. */
const MAXIMUM_PAGES = 200;

/** How long a code is good for, in milliseconds. */
export const CODE_LIFETIME = 15 * 60_000;

/** Leaves a sealed invite at its relay and gives the code for it. */
export async function leaveInvite(deps: ErrandDeps, invite: Invite): Promise<Result<string, ErrandFailure>> {
  const code = createCode(deps.randomBytes);
  const digits = parseCode(code);
  if (!digits.ok) throw new Error('a fresh code does not parse');
  const sealed = await sealInviteForCode(digits.value, invite, deps.randomBytes);
  if (!sealed) return failure('relay_refused');
  const left = await visit<unknown>(deps, invite.relay, (conversation) => conversation.request({ type: 'put', ...sealed, ttl: CODE_LIFETIME }));
  return left.ok ? success(code) : left;
}

/** Takes the invite that lies at the relay for a code; nobody can take it again. `code_unknown`: nothing lies there, or no longer. */
export async function takeInvite(
  deps: ConversationDeps, relay: string, code: string,
): Promise<Result<Invite, ErrandFailure | 'code_invalid' | 'code_unknown' | 'invite_invalid'>> {
  const digits = parseCode(code);
  if (!digits.ok) return digits;
  const box = await codeToBox(digits.value);
  const taken = await visit<AnswerTo<'take'>>(deps, relay, (conversation) => conversation.request({ type: 'take', box }));
  if (!taken.ok) return taken;
  return taken.value.bytes ? openInviteWithCode(digits.value, taken.value.bytes) : failure('code_unknown');
}

/**
 * Reads what a ledger's own document at the relay says of its name, people and devices, and stores nothing. Frames that
 * do not pass are left out, as they will be by whoever joins. `ledger_empty`: the relay has nothing of this ledger yet.
 */
export async function readLedgerAtRelay(
  deps: ConversationDeps & { repo: Pick<Repo, 'readChange'> }, invite: Invite,
): Promise<Result<Revision[], ErrandFailure | 'ledger_empty'>> {
  const keys = await openLedgerKeys(invite.secret);
  const { ledger } = keys;
  return visit<Revision[], 'relay_nonsense' | 'ledger_empty'>(deps, invite.relay, async (conversation) => {
    const proof = await keys.access.sign(challengeToSignedBytes(conversation.nonce, ledger));
    const opened = await conversation.request({ type: 'open', ledger, accessKey: keys.access.publicKey, proof });
    if (!opened.ok) return opened;
    const head = opened.value.documents.find(({ document }) => document === ledger)?.seq ?? 0;
    if (head === 0) return failure('ledger_empty');
    const revisions: Revision[] = [];
    let frame: string | null = null;
    for (let after = 0, pages = 0; after < head; pages += 1) {
      if (pages >= MAXIMUM_PAGES) return failure('relay_nonsense');
      const page = await conversation.request({ type: 'since', ledger, document: ledger, after, frame });
      if (!page.ok) return page;
      if (page.value.frames.length === 0) return failure('relay_nonsense');
      for (const { bytes } of page.value.frames) {
        const read = await readFrame({ keys, repo: deps.repo }, { ledger, document: ledger }, bytes);
        if (read.ok) revisions.push(...read.value.changes.flatMap((change) => change.revisions));
      }
      const last = page.value.frames.at(-1);
      if (!last || last.seq <= after) return failure('relay_nonsense');
      after = last.seq;
      frame = await hashId(last.bytes);
    }
    return success(revisions);
  });
}
