import { useCallback } from 'react';
import type { MessageContentView } from '#contract/chat-views.ts';
import { useWords } from '#renderer/words/use-words.ts';

/** What a message says, in one line: its text, or how a call ended. */
export function useMessageLine(): (said: MessageContentView) => string {
  const say = useWords('chat');
  return useCallback((said) => (said.kind === 'text' ? said.text.replaceAll(/\s+/g, ' ') : say(`call_${said.outcome}`)), [say]);
}
