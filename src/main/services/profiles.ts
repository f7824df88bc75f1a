import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId } from '#domain/ids.ts';
import { rootToThing, type ContactBody, type ProfileBody } from '#domain/personal.ts';
import { success, type Result } from '#domain/result.ts';
import { mayWrite } from '#sync/protocol/membership.ts';
import type { ContactQueries } from '#main/db/queries/contacts.ts';
import type { HistoryQueries } from '#main/db/queries/history.ts';
import type { LedgerQueries, LedgerRow } from '#main/db/queries/ledgers.ts';
import type { Keyring } from '#main/keyring.ts';
import type { Self } from '#main/self.ts';
import type { Author, NewRevision } from './author.ts';
import type { Link } from './link.ts';
import { membersOf, otherRoots } from './member-names.ts';
import type { Personal } from './personal.ts';

/** What people say of themselves: mine, to those who may see it, and others', where they said it themselves. */
export interface Profiles {
  /** Whether the members of a ledger see my real name, as I set it. */
  showsRealName(ledger: LedgerId): boolean;
  /** What I say of myself in a ledger; nothing where that is said already. */
  asProfile(ledger: LedgerId): NewRevision[];
  /** Says it in a ledger where I never did, or where others see my real name, or not, since others came or went. */
  refresh(ledger: LedgerId): Promise<void>;
  /** Says it in every ledger in which I may write and where it is not what it should be. */
  spread(): Promise<Result<void, ErrorCode>>;
  /** What somebody said of themselves wherever I read it; undefined where they never did. */
  of(root: string): ProfileBody | undefined;
  contact(root: string): ContactBody | undefined;
  /** What I call somebody: as I named them, else as they call themselves, else the name given. */
  nameOf(root: string | null, otherwise: string): string;
}

interface Dependencies {
  keyring: Pick<Keyring, 'get'>;
  self: Self;
  link: Link;
  author: Author;
  personal: Personal;
  queries: { ledgers: LedgerQueries; contacts: ContactQueries; history: HistoryQueries };
}

export function createProfiles({ keyring, self, link, author, personal, queries }: Dependencies): Profiles {
  const contact = (root: string): ContactBody | undefined => personal.contacts().find((one) => one.root === root);

  /** Direct ledgers first: what somebody says to me alone says more. */
  function ledgersWith(root: string): LedgerId[] {
    const rows = queries.ledgers.everything().filter(({ template }) => template !== 'personal');
    const shared = rows.filter(({ id }) => {
      const access = link.access(id);
      return access !== undefined && otherRoots(access, self.root()).includes(root);
    });
    return shared.toSorted((a, b) => Number(b.template === 'direct') - Number(a.template === 'direct')).map(({ id }) => id);
  }

  function read(ledger: LedgerId, root: string): ProfileBody | undefined {
    const access = link.access(ledger);
    const isTheirs = (device: string): boolean => {
      const key = access?.pseudonyms.get(device);
      return key !== undefined && access?.cards.get(key)?.root === root;
    };
    return queries.contacts.profile(ledger, root, isTheirs);
  }

  function showsRealName(ledger: LedgerId): boolean {
    const root = self.root();
    const access = link.access(ledger);
    if (root === null || !access) return false;
    // My own entry among the contacts says what holds for everybody else.
    const isShown = contact(root)?.showRealName !== 'never';
    const others = otherRoots(access, root).map((other) => contact(other)?.showRealName ?? 'default');
    if (others.includes('never')) return false;
    return isShown || (others.length === 1 && others[0] === 'always');
  }

  function asProfile(ledger: LedgerId): NewRevision[] {
    const root = self.root();
    const mine = personal.profile();
    const { person } = keyring.get();
    if (root === null || !person) return [];
    const body: ProfileBody = { root, name: person.name, realName: showsRealName(ledger) ? (mine?.realName ?? null) : null, picture: mine?.picture ?? null };
    const said = read(ledger, root);
    if (said && JSON.stringify(said) === JSON.stringify(body)) return [];
    const row = queries.ledgers.find(ledger);
    const of = rootToThing(root);
    return [{ type: 'profile', of, prev: row ? queries.history.current(row, 'profile', of) : [], body }];
  }

  /** Whether I can say something of myself there. */
  function isOpen({ id, template, me }: LedgerRow): boolean {
    return template !== 'personal' && me !== null && mayWrite(link.standing(id).role) && !link.state().catchingUp.has(id);
  }

  return {
    showsRealName,
    asProfile,
    async refresh(ledger) {
      const root = self.root();
      const row = queries.ledgers.find(ledger);
      const mine = personal.profile();
      const access = link.access(ledger);
      // To myself I say nothing.
      if (!row || root === null || !mine || !access || otherRoots(access, root).length === 0 || !isOpen(row)) return;
      const said = read(ledger, root);
      const shown = showsRealName(ledger) ? mine.realName : null;
      if (said && (said.realName === null) === (shown === null)) return;
      await author.change<void>(ledger, () => success({ revisions: asProfile(ledger), answer: () => undefined }));
    },
    async spread() {
      for (const row of queries.ledgers.everything()) {
        if (!isOpen(row)) continue;
        const { id } = row;
        const written = await author.change<void>(id, () => success({ revisions: asProfile(id), answer: () => undefined }));
        if (!written.ok) return written;
      }
      return success(undefined);
    },
    of(root) {
      for (const ledger of ledgersWith(root)) {
        const said = read(ledger, root);
        if (said) return said;
      }
      return undefined;
    },
    contact,
    nameOf(root, otherwise) {
      if (root === null) return otherwise;
      const named = contact(root)?.petname ?? (root === self.root() ? keyring.get().person?.name : this.of(root)?.name);
      if (named !== undefined) return named;
      const card = ledgersWith(root).flatMap((ledger) => {
        const access = link.access(ledger);
        return access ? membersOf(access).filter((member) => member.root === root) : [];
      })[0];
      return card?.name ?? otherwise;
    },
  };
}
