import { useMemo } from 'react';
import type { ThreadView } from '#contract/chat-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';

/** As many are asked about at once as the contract lets. */
const MOST = 500;

/** The threads of these things, by thing. While `isMoving`, those of before are kept and nothing is asked. */
export function useThreads(ledger: string, things: readonly string[], isMoving: boolean): ReadonlyMap<string, ThreadView> {
  const { view } = useWatch('chat.threads', isMoving || things.length === 0 ? null : { ledger, about: things.slice(0, MOST) }, { keepLast: true });
  return useMemo(() => new Map(view?.map((thread) => [thread.about, thread])), [view]);
}
