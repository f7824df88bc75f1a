/** What is typed into chats and not sent yet. It lives beside the pages, so that going somewhere else does not throw it away. */
import { useCallback, useSyncExternalStore } from 'react';
import type { ChatPlace } from './entrances.ts';

/** Under this name the draft of a chat, or of a thread in it, is kept. */
export const chatKey = ({ ledger, about }: ChatPlace): string => `${ledger} ${about ?? ''}`;

const drafts = new Map<string, string>();
const listeners = new Set<() => void>();

export const readDraft = (chat: string): string => drafts.get(chat) ?? '';

export function keepDraft(chat: string, text: string): void {
  if (text === '') drafts.delete(chat);
  else drafts.set(chat, text);
  for (const listener of listeners) listener();
}

/** Gives back what could not be sent, before anything that was typed since. */
export function returnDraft(chat: string, text: string): void {
  const since = readDraft(chat);
  keepDraft(chat, since === '' ? text : `${text}\n${since}`);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useDraft(place: ChatPlace): [string, (text: string) => void] {
  const chat = chatKey(place);
  return [useSyncExternalStore(subscribe, () => readDraft(chat)), useCallback((text: string) => keepDraft(chat, text), [chat])];
}
