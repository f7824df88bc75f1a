import type { ErrorCode } from '#contract/errors.ts';
import type { ImportPreviewView, ImportProgressView } from '#contract/views.ts';
import type { Output } from '#contract/api.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { toCategory } from '#domain/splitwise.ts';
import type { Parsed, Service } from '#main/handlers.ts';
import { importToRevisions, type ImportTarget } from '#main/imports/import-revisions.ts';
import { base64ToBytes, BATCH, nameInFile, readImport, rowToEntryId, type ReadImport } from '#main/imports/read-import.ts';
import { draftLedger, foundLedger } from './found-ledger.ts';
import type { Ground, LedgerRow } from './ground.ts';

interface Previewed {
  id: string;
  name: string;
  read: ReadImport;
}

const SAMPLE = 20;

export function createImportsService(ground: Ground): Service<'imports'> {
  const { shell, author, publish, queries, onProgress } = ground;
  let previewed: Previewed | undefined;
  let progress: ImportProgressView = { phase: 'idle', done: 0, total: 0, error: null };
  /** Raised by a cancel and by a newer import: whoever works for an older one stops. */
  let round = 0;

  function report(next: Partial<ImportProgressView>): void {
    progress = { ...progress, ...next };
    publish('imports');
  }
  function fail<T extends ErrorCode>(result: { ok: false; code: T }) {
    report({ phase: result.code === 'cancelled' ? 'idle' : 'failed', error: result.code === 'cancelled' ? null : result.code });
    return result;
  }
  const pause = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  function matchPeople(row: LedgerRow | undefined, names: readonly string[]): { name: string; person: PersonId | null }[] {
    const persons = row ? queries.ledgers.persons(row) : [];
    const plain = (name: string): string => nameInFile(name).toLocaleLowerCase();
    return names.map((name) => ({ name, person: persons.find((person) => plain(person.name) === plain(name))?.id ?? null }));
  }

  /** How many rows are in the ledger already, and how many of those are void there. */
  async function countKnown(row: LedgerRow | undefined, read: ReadImport, mine: number): Promise<{ known: number; knownVoid: number } | undefined> {
    const counts = { known: 0, knownVoid: 0 };
    for (const [index, one] of row ? read.rows.entries() : []) {
      if (index % BATCH === 0) await pause();
      if (mine !== round) return undefined;
      const state = row && queries.entries.state(row, rowToEntryId(shell.ids, row.id, one));
      if (state !== undefined) counts.known += 1;
      if (state === 'void') counts.knownVoid += 1;
    }
    return counts;
  }

  async function preview({ ledger, name, content }: Parsed<'imports.preview'>): Promise<Result<ImportPreviewView, ErrorCode>> {
    const row = ledger === null ? undefined : queries.ledgers.find(ledger);
    if (ledger !== null && !row) return failure('not_found');
    const bytes = base64ToBytes(content);
    if (!bytes) return failure('input_invalid', { path: 'content' });
    round += 1;
    const mine = round;
    previewed = undefined;
    report({ phase: 'reading', done: 0, total: 0, error: null });
    const read = await readImport(bytes, {
      ids: shell.ids,
      async turn(done, total) {
        if (mine === round) report({ done, total });
        await pause();
        return mine === round;
      },
    });
    if (!read.ok) return mine === round ? fail(read) : read;
    const counts = await countKnown(row, read.value, mine);
    if (counts === undefined) return failure('cancelled');
    const { rows, file, problems, check, encoding } = read.value;
    previewed = { id: shell.ids.next(), name, read: read.value };
    report({ phase: 'previewed', done: rows.length, total: rows.length });
    const dates = rows.map(({ date }) => date).toSorted();
    return success({
      import: previewed.id, source: 'splitwise', encoding, problems, check,
      rows: rows.length, fresh: rows.length - counts.known, ...counts,
      settlements: rows.filter(({ kind }) => kind === 'settlement').length,
      people: file.people,
      matches: matchPeople(row, file.people),
      currencies: [...new Set(rows.map(({ currency }) => currency))].toSorted(),
      from: dates[0] ?? null,
      to: dates.at(-1) ?? null,
      severalPayers: rows.filter(({ cells, kind }) => cells.filter(({ net }) => (kind === 'refund' ? net < 0 : net > 0)).length > 1).length,
      sample: rows.slice(0, SAMPLE).map(({ date, description, category, currency, amount, kind }) => ({
        date, description, category: toCategory(category), currency, amount, kind,
      })),
    });
  }

  async function commit(input: Parsed<'imports.commit'>): Promise<Result<Output<'imports.commit'>, ErrorCode>> {
    const taken = previewed;
    if (taken?.id !== input.import) return failure('not_found');
    const { problems } = taken.read;
    if (problems.length > 0 && !input.withoutProblems) return failure('import_has_problems', { problems: problems.length });
    // Taken before anything is waited for: asked for twice at once, it is written once.
    previewed = undefined;
    round += 1;
    const mine = round;
    const written = await write(taken, input, mine);
    if (!written.ok && mine === round) previewed = taken;
    return written;
  }

  async function write({ read, name }: Previewed, input: Parsed<'imports.commit'>, mine: number): Promise<Result<Output<'imports.commit'>, ErrorCode>> {
    const total = read.rows.length;
    report({ phase: 'writing', done: 0, total, error: null });
    // Half of the work is to prepare the changes, the other half to show what they say.
    const prepared = (done: number): void => report({ done: Math.floor(done / 2) });
    const stop = onProgress((done, all) => report({ done: Math.floor(total / 2 + (done / all) * (total / 2)) }));
    const target = (ledger: LedgerId, row: LedgerRow | undefined): ImportTarget => ({
      ledger, row, read, now: shell.now(), ids: shell.ids, queries, people: new Map(input.people.map((one) => [one.name, one.person])),
    });
    try {
      const { into } = input;
      const step = { action: 'import' as const, description: name };
      if (!('ledger' in into)) {
        const draft = await draftLedger(ground);
        const { ledger } = draft;
        const made = importToRevisions({ ...target(ledger, undefined), me: into.me });
        if (!made.ok) return fail(made);
        const { me, revisions } = made.value;
        const founded = await foundLedger(ground, draft, { ...into, me, revisions, step, onPrepared: prepared });
        return founded.ok ? done(ledger, made.value) : fail(founded);
      }
      const written = await author.change(into.ledger, (row) => {
        if (mine !== round) return failure('cancelled');
        const made = importToRevisions(target(into.ledger, row));
        if (!made.ok) return made;
        const { revisions, added, known } = made.value;
        return success({ revisions, ...(added > 0 && { step }), answer: () => ({ added, known }) });
      }, prepared);
      return written.ok ? done(into.ledger, written.value) : fail(written);
    } finally {
      stop();
    }
  }

  function done(ledger: LedgerId, { added, known }: { added: number; known: number }) {
    report({ phase: 'done', done: progress.total });
    return success({ ledger, added, known });
  }

  return {
    'imports.preview': preview,
    'imports.progress': { topics: () => ['imports'], read: () => success(progress) },
    'imports.commit': commit,
    async 'imports.cancel'() {
      // What is being written is written whole: only what has not begun can be given up.
      if (progress.phase === 'writing') return success(null);
      round += 1;
      previewed = undefined;
      report({ phase: 'idle', done: 0, total: 0, error: null });
      return success(null);
    },
  };
}
