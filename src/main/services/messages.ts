/** Messages as they are written here and shown: the part that chats, calls and searches share. */
import type { ErrorCode } from '#contract/errors.ts';
import type { MessageAuthorView, MessageView } from '#contract/chat-views.ts';
import type { DeviceId, Id, LedgerId, RevisionId } from '#domain/ids.ts';
import type { MessageContent } from '#domain/message.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { mayWrite } from '#sync/protocol/membership.ts';
import { namelessPerson, type LedgerRow } from '#main/db/queries/ledgers.ts';
import type { MessageRow } from '#main/db/queries/messages.ts';
import type { Ground } from './ground.ts';
import { memberOfDevice, otherRoots } from './member-names.ts';

/** A day, in milliseconds: a clock further away than this is marked. */
const ODD = 86_400_000;

export interface NewMessage {
  /** The thing's id, made by the caller: written again it adds nothing. A call's card bears the id of the call. */
  readonly message: Id;
  /** Null: to the whole ledger. */
  readonly about: Id | null;
  readonly content: MessageContent;
}

export interface Messages {
  /** Writes a message after all that is here of its chat. `not_found` where nothing is known of what it is about. */
  write(ledger: LedgerId, message: NewMessage): Promise<Result<{ id: RevisionId }, ErrorCode>>;
  toViews(row: LedgerRow, rows: readonly MessageRow[]): MessageView[];
  /** Devices of mine by which I am in a ledger, this one too. */
  ownDevices(row: LedgerRow): DeviceId[];
  /** What a chat is called: a direct one as the other is. Null for a direct one into which nobody has come yet. */
  titleOf(row: LedgerRow): { name: string; root: string | null } | null;
  /** Why nothing can be written in a ledger now; null where it can. */
  barredIn(row: LedgerRow): ErrorCode | null;
}

/** The clock of the author was ahead of what this device's said when the message came, or behind what they had read already. */
const isOdd = ({ revision: { at }, seenAt, moment }: MessageRow): boolean => at - seenAt > ODD || (moment - at > ODD && moment - seenAt <= ODD);

export function createMessages({ author, link, people, personal, queries, self }: Pick<Ground, 'author' | 'link' | 'people' | 'personal' | 'queries' | 'self'>): Messages {
  function ownDevices(row: LedgerRow): DeviceId[] {
    const access = link.access(row.id);
    const root = self.root();
    const mine = [...(access?.pseudonyms ?? [])].filter(([, key]) => root !== null && access?.cards.get(key)?.root === root).map(([device]) => device);
    return row.device === null ? mine : [...mine, row.device];
  }

  /** Looks each author up once. */
  function createAuthors(row: LedgerRow): (message: MessageRow) => MessageAuthorView {
    const access = link.access(row.id);
    const known = new Map<DeviceId, MessageAuthorView>();
    return ({ revision: { device, by } }) => {
      const there = known.get(device);
      if (there) return there;
      const member = access ? memberOfDevice(access, device) : null;
      const view: MessageAuthorView = member
        ? { root: member.root, name: people.nameOf(member.root, member.name), person: member.person }
        : { root: null, name: queries.ledgers.names(row).get(by) ?? namelessPerson(by), person: by };
      known.set(device, view);
      return view;
    };
  }

  return {
    write: (ledger, { message, about, content }) =>
      author.change(ledger, (row) => {
        const known = queries.messages.sent(row, message);
        if (known !== undefined) return success({ revisions: [], answer: () => ({ id: known }) });
        if (about !== null && !queries.messages.isThing(row, about)) return failure('not_found');
        const after = queries.messages.last(row, about)?.revision.id ?? null;
        return success({ revisions: [{ type: 'message', of: message, body: { about, after, content } }], answer: ([id = '']) => ({ id }) });
      }),
    toViews(row, rows) {
      const authorOf = createAuthors(row);
      const own = new Set(ownDevices(row));
      return rows.map((message): MessageView => {
        const { revision: { id, of, at, device, body: { content } }, seenAt, waiting } = message;
        const clockOdd = isOdd(message);
        const head = { id, message: of, by: authorOf(message), mine: own.has(device), at: clockOdd ? seenAt : at, writtenAt: at, clockOdd, waiting };
        return { ...head, ...content };
      });
    },
    ownDevices,
    titleOf(row) {
      if (row.template !== 'direct') return { name: row.name, root: null };
      const access = link.access(row.id);
      // Who has gone is in the list of contacts still.
      const root = (access ? otherRoots(access, self.root())[0] : undefined) ?? personal.contacts().find(({ ledger }) => ledger === row.id)?.root;
      return root === undefined ? null : { name: people.nameOf(root, ''), root };
    },
    barredIn({ id, me }) {
      const { role, barred } = link.standing(id);
      if (role === null) return barred;
      if (!mayWrite(role)) return 'role_forbids';
      return me === null ? 'not_set_up' : null;
    },
  };
}
