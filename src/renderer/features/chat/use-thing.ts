import { entryTitle } from '#renderer/features/entries/entry-title.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import type { Route } from '#renderer/lib/route.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { useWords } from '#renderer/words/use-words.ts';

/** What has a thread: how it is called, and where it is shown with this message. */
export interface Thing {
  name: string;
  routeTo(message?: string): Route;
}

/** The entry or the IOU of this id; null where neither is here, undefined while that is asked. */
export function useThing(ledger: string, thing: string): Thing | null | undefined {
  const say = useWords('entries');
  const categoryName = useCategoryName();
  const { view: entry } = useWatch('entries.get', { ledger, entry: thing });
  const { view: iou } = useWatch('ious.get', { ledger, iou: thing });
  if (entry) return { name: entryTitle(entry.body, { say, categoryName }), routeTo: (message) => ({ page: 'ledger', ledger, tab: 'entries', entry: thing, message }) };
  if (iou) return { name: iou.purpose, routeTo: (message) => ({ page: 'ious', ledger, iou: thing, message }) };
  return entry === null && iou === null ? null : undefined;
}
