import { z } from 'zod';

/** C0 and C1 controls and the Unicode bidirectional overrides (UAX #9) that can make a name read as another. */
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** True where text can disturb how the words around it are shown. */
export const isHarmfulText = (text: string): boolean => HARMFUL.test(text) || !text.isWellFormed();

/** The same text without what could disturb its surroundings, in Unicode NFC, trimmed. For text read from a file. */
export const cleanText = (text: string): string =>
  text.toWellFormed().normalize('NFC').replaceAll(new RegExp(HARMFUL, 'gu'), '').trim();

/** What begins a new line, in any program (UAX #14): one line must not look like two. */
const BREAK = /[\n\u2028\u2029]/u;
/** Spaces, and signs that show nothing by themselves, such as zero-width ones and fillers. */
const INVISIBLE = /[\s\p{Default_Ignorable_Code_Point}\p{M}]/gu;

const text = (maximum: number) => z.string().max(maximum).refine((value) => !isHarmfulText(value), { message: 'text_harmful' });
const line = (maximum: number) => text(maximum).refine((value) => !BREAK.test(value), { message: 'text_harmful' });

/** A name of a person, ledger or device: 1 to 80 characters, something to be seen among them, no control or bidi characters. */
export const nameSchema = line(80).refine((value) => value.replaceAll(INVISIBLE, '') !== '', { message: 'name_empty' });
/** One line, up to 200 characters. */
export const lineSchema = line(200);
/** A note: up to 2 000 characters, line breaks allowed. */
export const noteSchema = text(2_000);
