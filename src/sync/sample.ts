/** Made-up ids and revisions for the tests and suites of this room. */
import type { Id } from '#domain/ids.ts';
import type { Revision, RevisionOf } from '#domain/revision.ts';
import { nameRevision } from './revision-id.ts';

/** The same id for the same text (FNV-1a over four salts; nothing here needs to be hard to guess). */
export function sampleId(text: string): Id {
  return ['a', 'b', 'c', 'd'].map((salt) => {
    let hash = 0x811c9dc5;
    for (const character of salt + text + salt) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, '0');
  }).join('');
}

const head = (name: string) => ({ of: sampleId(`thing ${name}`), prev: [], at: 1_700_000_000_000, by: sampleId('Ada'), device: sampleId('device') });
type Head = Pick<Revision, 'of' | 'prev' | 'at' | 'by' | 'device'>;

export function sampleEntry(name: string, changed: Partial<Head> = {}): RevisionOf<'entry'> {
  const [ada, bo] = [sampleId('Ada'), sampleId('Bo')];
  return nameRevision({
    ...head(name), ...changed, type: 'entry',
    body: {
      kind: 'expense', date: '2026-03-01', description: name, category: 'groceries', note: '', currency: 'EUR', amount: 1_000,
      payers: [{ person: ada, amount: 1_000 }],
      split: { mode: 'equal', parts: [{ person: ada, value: 1 }, { person: bo, value: 1 }] },
      shares: [{ person: ada, amount: 500 }, { person: bo, amount: 500 }],
      state: 'active',
    },
  });
}

export const sampleMessage = (text: string, changed: Partial<Head> = {}, after: Id | null = null): RevisionOf<'message'> =>
  nameRevision({ ...head(text), ...changed, type: 'message', body: { about: null, after, content: { kind: 'text', text } } });

export const samplePerson = (name: string, changed: Partial<Head> = {}): RevisionOf<'person'> =>
  nameRevision({ ...head(name), ...changed, type: 'person', body: { name, state: 'active' } });
