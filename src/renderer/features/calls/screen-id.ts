import { newId } from '#renderer/lib/new-id.ts';

const KEY = 'call-screen';

/** Which window this is, so that a call goes on in it when its page is loaded anew. */
export function screenId(): string {
  const known = sessionStorage.getItem(KEY);
  if (known) return known;
  const made = newId();
  sessionStorage.setItem(KEY, made);
  return made;
}
