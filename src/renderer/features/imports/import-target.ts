import type { Input } from '#contract/api.ts';
import type { ImportPreviewView } from '#contract/views.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { OFFERED_TEMPLATES, type OfferedTemplate } from '#domain/revision.ts';
import { cleanText, nameSchema } from '#domain/text.ts';

/** The value of a choice that stands for no person; no id and no name looks like it. */
export const NOBODY = '\n';

/** Where a file goes: into a ledger that is there, or into a new one. */
export type ImportTarget =
  | { kind: 'existing'; ledger: LedgerId; people: { name: string; person: PersonId | null }[] }
  /** `me`: a name of the file, NOBODY, or null while it was not said. */
  | { kind: 'new'; name: string; template: OfferedTemplate; currency: string; me: string | null };

export const isTemplate = (value: string | null): value is OfferedTemplate => OFFERED_TEMPLATES.some((template) => template === value);

/** What is proposed for a file: people of the same name are the same, the file's name is the ledger's, and I am who is called like me. */
export function proposeTarget(preview: ImportPreviewView, ledger: LedgerId | null, fileName: string, myName: string): ImportTarget {
  if (ledger) {
    return { kind: 'existing', ledger, people: preview.people.map((name) => ({ name, person: preview.matches.find((match) => match.name === name)?.person ?? null })) };
  }
  return {
    kind: 'new',
    name: cleanText(fileName.replace(/\.\w{1,4}$/u, '').replaceAll(/[_\s]+/gu, ' ')).slice(0, 80),
    template: preview.people.length === 2 ? 'couple' : 'roommates',
    currency: preview.currencies[0] ?? 'EUR',
    me: preview.people.find((name) => name.toLocaleLowerCase() === myName.toLocaleLowerCase()) ?? null,
  };
}

/** Two names of the file for one person would let one of them pay the other. */
export function hasPersonTwice(target: ImportTarget): boolean {
  if (target.kind === 'new') return false;
  const chosen = target.people.flatMap(({ person }) => (person ? [person] : []));
  return new Set(chosen).size < chosen.length;
}

/** What still has to be said before anything can be written; null where all is said. */
export function missingFrom(target: ImportTarget, preview: ImportPreviewView, withoutProblems: boolean): 'problems' | 'me' | 'name' | 'people' | 'nothingNew' | null {
  if (preview.fresh === 0) return 'nothingNew';
  if (preview.problems.length > 0 && !withoutProblems) return 'problems';
  if (hasPersonTwice(target)) return 'people';
  if (target.kind === 'new' && target.me === null) return 'me';
  if (target.kind === 'new' && !nameSchema.safeParse(target.name.trim()).success) return 'name';
  return null;
}

/** The command that writes it. */
export function targetToCommit(target: ImportTarget, preview: ImportPreviewView, withoutProblems: boolean): Input<'imports.commit'> {
  if (target.kind === 'existing') {
    return { import: preview.import, into: { ledger: target.ledger }, people: target.people, withoutProblems };
  }
  const { name, template, currency, me } = target;
  return {
    import: preview.import,
    into: { name: name.trim(), template, currency, me: me === NOBODY ? null : me },
    people: preview.people.map((one) => ({ name: one, person: null })),
    withoutProblems,
  };
}
