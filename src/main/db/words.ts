import type { EntryBody } from '#domain/entry.ts';

export const entryToWords = (body: EntryBody): string => `${body.description} ${body.note} ${body.category}`;
export const textToQuery = (text: string): string | null => {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(' AND ');
};
