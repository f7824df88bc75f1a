import type { EntryBody } from '#domain/entry.ts';
import { toSearchText } from '#domain/search-text.ts';

/** What an entry can be found by. */
export const entryToWords = ({ description, note, category }: EntryBody): string => toSearchText(`${description} ${note} ${category}`);
