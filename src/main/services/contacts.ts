import type { ErrorCode } from '#contract/errors.ts';
import type { ContactView } from '#contract/people-views.ts';
import type { LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { LedgerAccess } from '#sync/access.ts';
import { safetyWords } from '#sync/identity/safety-words.ts';
import type { Service } from '#main/handlers.ts';
import { draftLedger, foundLedger } from './found-ledger.ts';
import type { Ground } from './ground.ts';
import { membersOf, otherRoots } from './member-names.ts';
import { inviteTo } from './sharing.ts';

export function createContactsService(ground: Ground): Service<'contacts'> {
  const { shell, keyring, self, link, queries, personal, people, publish, inBackground, onCommitted } = ground;

  const directLedgers = () => queries.ledgers.everything().filter(({ template }) => template === 'direct');

  /** Whoever takes an invite to become a contact is one as soon as they are in. */
  async function meet(access: LedgerAccess): Promise<void> {
    const row = queries.ledgers.find(access.ledger);
    const [root, ...more] = otherRoots(access, self.root());
    if (row?.template !== 'direct' || root === undefined || more.length > 0) return;
    if (people.contact(root)?.ledger != null) return;
    await personal.keepContact({ root, ledger: access.ledger, state: 'active' });
    publish('people');
  }
  function greet(ledger: LedgerId): void {
    const access = link.access(ledger);
    if (access && queries.ledgers.find(ledger)?.template === 'direct') inBackground(() => meet(access));
  }
  link.onAccess(({ ledger }) => {
    greet(ledger);
    inBackground(() => people.refresh(ledger));
  });
  // Whose ledger it is may be known before it is known what it is for.
  onCommitted(greet);

  /** Everybody I am in a ledger with. */
  function sharedWith(): Map<string, { ledger: LedgerId; name: string; nickname: string }[]> {
    const shared = new Map<string, { ledger: LedgerId; name: string; nickname: string }[]>();
    for (const row of queries.ledgers.everything()) {
      const access = row.template === 'personal' ? undefined : link.access(row.id);
      for (const { root, name } of access ? membersOf(access) : []) {
        if (root === null || root === self.root()) continue;
        shared.set(root, [...(shared.get(root) ?? []), { ledger: row.id, name: row.template === 'direct' ? '' : row.name, nickname: name }]);
      }
    }
    return shared;
  }

  function read(): ContactView[] {
    const shared = sharedWith();
    const kept = new Map(personal.contacts().map((one) => [one.root, one]));
    const roots = new Set([...kept.keys(), ...shared.keys()].filter((root) => root !== self.root()));
    const views = [...roots].map((root): ContactView => {
      const contact = kept.get(root);
      const ledgers = shared.get(root) ?? [];
      const said = people.of(root);
      const nickname = said?.name ?? ledgers[0]?.nickname ?? '';
      const direct = contact?.ledger ?? null;
      return {
        root, nickname,
        name: contact?.petname ?? nickname,
        petname: contact?.petname ?? null,
        realName: said?.realName ?? null,
        picture: said?.picture ?? null,
        verified: contact?.verified ?? null,
        ledger: direct,
        showRealName: contact?.showRealName ?? 'default',
        seesMyRealName: ledgers.some(({ ledger }) => people.showsRealName(ledger)) && personal.profile()?.realName != null,
        state: contact && (contact.ledger !== null || contact.petname !== null || contact.verified !== null) ? contact.state : 'met',
        shared: ledgers.filter(({ name }) => name !== '').map(({ ledger, name }) => ({ ledger, name })),
      };
    });
    return views.toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** A ledger for the two of us; one that nobody has come into yet serves for the next invitation. */
  async function openDirect(): Promise<Result<LedgerId, ErrorCode>> {
    const empty = directLedgers().find(({ id }) => {
      const membership = link.access(id)?.membership;
      return membership?.members.size === 1 && [...membership.invites.values()].every(({ expires }) => expires < shell.now());
    });
    if (empty) return success(empty.id);
    const root = self.root();
    const { person } = keyring.get();
    if (root === null || !person) return failure('not_set_up');
    const draft = await draftLedger(ground);
    const founded = await foundLedger(ground, draft, {
      name: person.name, template: 'direct', currency: 'USD', me: undefined, revisions: [],
    });
    return founded.ok ? success(draft.ledger) : founded;
  }

  const isMine = (root: string): boolean => root === self.root();
  const isKnown = (root: string): boolean => people.contact(root) !== undefined || sharedWith().has(root);
  const toNull = (outcome: Result<void, ErrorCode>): Result<null, ErrorCode> => {
    publish('people');
    return outcome.ok ? success(null) : outcome;
  };

  return {
    'contacts.list': { topics: () => ['people', 'ledgers'], read: () => success(read()) },
    async 'contacts.invite'() {
      const ledger = await openDirect();
      if (!ledger.ok) return ledger;
      return inviteTo(ground, { ledger: ledger.value, kind: 'contact', name: keyring.get().person?.name ?? '', role: 'admin', history: 'start', uses: 1, days: 7 });
    },
    async 'contacts.update'({ root, petname, showRealName, archived }) {
      if (isMine(root)) return failure('contact_is_me');
      if (!isKnown(root)) return failure('not_found');
      const kept = await personal.keepContact({
        root, ...(petname !== undefined && { petname }), ...(showRealName !== undefined && { showRealName }), ...(archived !== undefined && { state: archived ? 'archived' : 'active' }),
      });
      return toNull(kept.ok && showRealName !== undefined ? await people.spread() : kept);
    },
    async 'contacts.words'({ root }) {
      const mine = self.root();
      if (mine === null) return failure('not_set_up');
      if (isMine(root)) return failure('contact_is_me');
      return success({ en: safetyWords(mine, root, 'en'), 'zh-CN': safetyWords(mine, root, 'zh-CN') });
    },
    async 'contacts.verify'({ root, how, note }) {
      if (isMine(root)) return failure('contact_is_me');
      if (!isKnown(root)) return failure('not_found');
      return toNull(await personal.keepContact({ root, verified: how === null ? null : { how, at: shell.now(), note } }));
    },
  };
}
