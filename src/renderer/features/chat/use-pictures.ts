import { useMemo } from 'react';
import type { MessageAuthorView } from '#contract/chat-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';

/** The pictures of everybody I have met, by whom they are of. */
export function usePictures(): (author: Pick<MessageAuthorView, 'root'>) => string | null {
  const { view: contacts } = useWatch('contacts.list', {});
  return useMemo(() => {
    const pictures = new Map(contacts?.map(({ root, picture }) => [root, picture]));
    return ({ root }) => (root === null ? null : (pictures.get(root) ?? null));
  }, [contacts]);
}
