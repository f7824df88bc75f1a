import type { MemberView } from '#contract/people-views.ts';
import { useWords } from '#renderer/words/use-words.ts';

/** A member's name, also of somebody whose card this device cannot read. */
export function useMemberName(): (member: Pick<MemberView, 'name'>) => string {
  const say = useWords('ui');
  return ({ name }) => name || say('unknownName');
}
