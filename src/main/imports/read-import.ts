import type { ErrorCode } from '#contract/errors.ts';
import type { ImportProblemView } from '#contract/views.ts';
import { entryBodySchema, type EntryBody } from '#domain/entry.ts';
import { draftToBody } from '#domain/entry-rules.ts';
import type { EntryId, IdSource, LedgerId, PersonId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { checkFooter, parseSplitwise, splitwiseToDraft, type FooterCheck, type SplitwiseFile, type SplitwiseRow } from '#domain/splitwise.ts';
import { cleanText, nameSchema } from '#domain/text.ts';
import { decodeText } from './decode-text.ts';

/** The contract's limits. */
const MAXIMUM_BYTES = 32 * 1024 * 1024;
const MAXIMUM_LINES = 50_000;
const MAXIMUM_PEOPLE = 100;
/** How many rows are worked on before others have a turn. */
export const BATCH = 250;

/** A file that was read, with nothing written yet. */
export interface ReadImport {
  encoding: string;
  file: SplitwiseFile;
  /** Rows that become entries. */
  rows: SplitwiseRow[];
  problems: ImportProblemView[];
  check: FooterCheck[];
}

/** Where a row's entry comes from: the same on every device, so that a second import adds nothing. */
export const rowToEntryId = (ids: IdSource, ledger: LedgerId, row: SplitwiseRow): EntryId => ids.derive(ledger, 'splitwise', row.key);
/** Two devices that read the same file make the same new people. */
export const nameToPersonId = (ids: IdSource, ledger: LedgerId, name: string): PersonId => ids.derive(ledger, 'splitwise person', name);
/** A name of the file as it may stand in a ledger. */
export const nameInFile = (name: string): string => {
  const cleaned = cleanText(name).slice(0, 80).toWellFormed().trim();
  return nameSchema.safeParse(cleaned).success ? cleaned : '?';
};

/** The entry of a row, checked as if a person had typed it. */
export function rowToBody(row: SplitwiseRow, entry: EntryId, people: ReadonlyMap<string, PersonId>): Result<EntryBody, ErrorCode> {
  const draft = splitwiseToDraft(row, people);
  if (!draft.ok) return draft;
  const body = draftToBody(draft.value, entry);
  if (!body.ok) return body;
  const parsed = entryBodySchema.safeParse(body.value);
  return parsed.success ? success(parsed.data) : failure('row_unreadable');
}

/** Bytes of base64, or undefined where it is none. */
export function base64ToBytes(content: string): Uint8Array | undefined {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(content) && content.length % 4 === 0 ? Buffer.from(content, 'base64') : undefined;
}

interface Hooks {
  ids: IdSource;
  /** Lets others have a turn; false where the import was cancelled meanwhile. */
  turn(done: number, total: number): Promise<boolean>;
}

/** Decodes and reads a file, and tries each row. What cannot become an entry is a problem with its line and reason. */
export async function readImport(bytes: Uint8Array, { ids, turn }: Hooks): Promise<Result<ReadImport, ErrorCode>> {
  if (bytes.length === 0) return failure('file_empty');
  if (bytes.length > MAXIMUM_BYTES) return failure('file_too_large', { bytes: bytes.length, largest: MAXIMUM_BYTES });
  const decoded = decodeText(bytes);
  if (!decoded.ok) return decoded;
  const { text, encoding } = decoded.value;
  const lines = countLines(text);
  if (lines > MAXIMUM_LINES) return failure('file_too_large', { rows: lines, largest: MAXIMUM_LINES });
  if (!(await turn(0, lines))) return failure('cancelled');

  const parsed = parseSplitwise(text, MAXIMUM_PEOPLE);
  if (!parsed.ok) return parsed;
  const file = parsed.value;

  const people = new Map(file.people.map((name) => [name, ids.derive(name)]));
  const rows: SplitwiseRow[] = [];
  const problems: ImportProblemView[] = [...file.problems];
  for (const [index, row] of file.rows.entries()) {
    if (index % BATCH === 0 && !(await turn(index, file.rows.length))) return failure('cancelled');
    // U+FFFD stands where the file's bytes are damaged: what was there is not known.
    const damaged = `${row.description}${row.category}`.includes('\ufffd');
    const body = damaged ? failure('row_unreadable') : rowToBody(row, ids.derive(row.key), people);
    if (body.ok) rows.push(row);
    else problems.push({ line: row.line, code: body.code, text: `${row.date}, ${row.description}`.slice(0, 200).toWellFormed() });
  }
  return success({ encoding, file, rows, problems: problems.toSorted((a, b) => a.line - b.line), check: checkFooter(file) });
}

/** Lines as the parser will see them: old Macs end them with a carriage return alone. */
function countLines(text: string): number {
  let lines = 1;
  for (const _ of text.matchAll(/\r\n?|\n/g)) lines += 1;
  return lines;
}
