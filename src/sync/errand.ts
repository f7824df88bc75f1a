/** Short visits to a relay, and the mailbox there: to leave an invite for a code, and to take one. */
import { failure, success, type Result } from '#domain/result.ts';
import { openConversation, type AnswerTo, type Conversation, type ConversationDeps, type Ending } from './conversation.ts';
import { codeToBox, createCode, openInviteWithCode, parseCode, sealInviteForCode } from './invite-code.ts';
import type { Invite } from './invite.ts';
import { REFUSALS, type Refusal } from './protocol/messages.ts';

export type ErrandFailure = Exclude<Ending, 'closed'> | 'relay_full';

export interface ErrandDeps extends ConversationDeps {
  randomBytes(length: number): Uint8Array;
}

export const refusalToFailure = (reason: Refusal): ErrandFailure => (reason === 'quota' || reason === 'relay_full' ? 'relay_full' : 'relay_refused');

const isRefusal = (code: string): code is Refusal => (REFUSALS as readonly string[]).includes(code);

/** One visit. Whatever ends the conversation before the errand is done is its failure. */
export function visit<T, Code extends string = never>(
  deps: ConversationDeps, relay: string, errand: (conversation: Conversation) => Promise<Result<T, Code | Refusal | 'ended'>>,
): Promise<Result<T, Code | ErrandFailure>> {
  return new Promise((resolve, reject) => {
    const end = openConversation(deps, relay, {
      onEnd: (reason) => resolve(failure(reason === 'closed' ? 'relay_away' : reason)),
      onReady(conversation) {
        errand(conversation).then((outcome) => {
          if (outcome.ok) resolve(outcome);
          // An ended conversation has told its reason through onEnd already.
          else if (outcome.code !== 'ended') resolve(failure(isRefusal(outcome.code) ? refusalToFailure(outcome.code) : (outcome.code as Code)));
          end('closed');
        }, reject);
      },
    });
  });
}

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

