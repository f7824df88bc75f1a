import { failure, success, type Result } from './result.ts';
import type { RowErrorCode, SplitwiseFile, SplitwiseFooter, SplitwiseProblem, SplitwiseRow } from './splitwise-file.ts';
import { readRecord } from './splitwise-row.ts';
import { readTable, type TableRecord } from './splitwise-table.ts';
import { cleanText } from './text.ts';

export { checkFooter, splitwiseToDraft, type FooterCheck } from './splitwise-draft.ts';
export type { RowErrorCode, SplitwiseCell, SplitwiseFile, SplitwiseFooter, SplitwiseProblem, SplitwiseRow } from './splitwise-file.ts';
export { toCategory } from './splitwise-words.ts';

/**
 * Reads an export of Splitwise, in any of its languages. Rows that cannot be read are problems with their line and
 * reason; rows without money (notes, "settle all balances" of 0.00) are passed over. `text` is decoded already. A file
 * with more than `mostPeople` columns of people is not read on: each row would take as long as its columns are many.
 */
export function parseSplitwise(
  text: string, mostPeople = Number.POSITIVE_INFINITY,
): Result<SplitwiseFile, 'file_empty' | 'file_format_unknown' | 'import_too_many_people'> {
  if (text.replaceAll(/[\ufeff\0]/g, '').trim() === '') return failure('file_empty');
  const table = readTable(text);
  if (!table) return failure('file_format_unknown');
  if (table.people.length > mostPeople) return failure('import_too_many_people', { people: table.people.length, most: mostPeople });
  const rows: SplitwiseRow[] = [];
  const problems: SplitwiseProblem[] = [];
  const twins = new Map<string, number>();
  let footers: { footer: SplitwiseFooter; isCertain: boolean; record: TableRecord }[] = [];
  const report = ({ line, cells }: TableRecord, code: RowErrorCode): void => {
    problems.push({ line, code, text: cleanText(cells.join(', ').replaceAll(/\s+/gu, ' ')).slice(0, 200).toWellFormed() });
  };
  for (const record of table.records) {
    const result = readRecord(record, table);
    if (!result) continue;
    if ('code' in result) report(record, result.code);
    else if ('footer' in result) footers.push({ ...result, record });
    else {
      // A footer whose word we do not know stands at the end. Above another row it was none, and its money is missing.
      for (const { record: stray, footer } of footers.filter(({ isCertain }) => !isCertain)) {
        if (footer.cells.some(({ net }) => net !== 0)) report(stray, 'row_amount_invalid');
      }
      footers = footers.filter(({ isCertain }) => isCertain);
      const { row } = result;
      // Category and line are left out: another language or a newer export changes them.
      const nets = row.cells.map(({ name, net }) => `${name}=${net}`).toSorted();
      const content = JSON.stringify([row.date, row.currency, row.kind === 'refund' ? -row.amount : row.amount, row.description, ...nets]);
      const count = (twins.get(content) ?? 0) + 1;
      twins.set(content, count);
      rows.push({ key: `${content}#${count}`, ...row });
    }
  }
  return success({ people: table.people, rows, problems: problems.toSorted((a, b) => a.line - b.line), footers: footers.map(({ footer }) => footer) });
}
