import type { EntryKind } from '#domain/entry.ts';
import type { Say } from '#renderer/words/index.ts';

interface TitleWords {
  say: Say<'entries'>;
  categoryName(category: string): string;
}

/** What stands for an entry in words: its description, else its category or kind. */
export function entryTitle(entry: { description: string; category: string; kind: EntryKind }, { say, categoryName }: TitleWords): string {
  if (entry.description.trim() !== '') return entry.description;
  return entry.kind === 'expense' && entry.category !== '' ? categoryName(entry.category) : say(`kind_${entry.kind}`);
}
