/** What the screen is shown of messages. Times are milliseconds since 1970. */
import type { EntryId, Id, LedgerId, PersonId, RevisionId } from '#domain/ids.ts';
import type { CallOutcome } from '#domain/message.ts';
import type { Template } from '#domain/revision.ts';
import type { Root } from './people-views.ts';
import type { ErrorCode } from './errors.ts';

/**
 * Whose device wrote it, by the membership, which nobody can forge. `root` null: no card of theirs could be read, and
 * the name is what the book claims. Their picture is found by `root` in members.get or contacts.list: a page would
 * carry it a hundred times.
 */
export interface MessageAuthorView {
  root: Root | null;
  /** What I call them, else what they call themselves. */
  name: string;
  /** Who they are in the book. */
  person: PersonId | null;
}

export type MessageContentView =
  | { kind: 'text'; text: string }
  /** `seconds`: how long they spoke, null where they did not. */
  | { kind: 'call'; call: Id; outcome: CallOutcome; seconds: number | null };

interface MessageHeadView {
  /** Names the message wherever the contract asks for one. */
  id: RevisionId;
  /** The id that its sender gave to chat.send. */
  message: Id;
  by: MessageAuthorView;
  /** Written on any of my devices. */
  mine: boolean;
  /** When it was written; where that cannot be (`clockOdd`), when it came here. */
  at: number;
  /** What the author's clock said. */
  writtenAt: number;
  /** It was a day or more ahead of this device's, or behind what its author had read already. */
  clockOdd: boolean;
  /** Not yet stored by the relay. */
  waiting: boolean;
}
export type MessageView = MessageHeadView & MessageContentView;

export interface MessagePageView {
  total: number;
  offset: number;
  /** Oldest first. */
  rows: MessageView[];
  /** Of the whole chat. `first`: the index of the earliest that is unread; null where none is. */
  unread: { count: number; first: number | null };
  /** Why nothing can be sent here now; null where it can. */
  barred: ErrorCode | null;
}

export interface ChatView {
  ledger: LedgerId;
  template: Template;
  /** Of a direct chat what I call the other one. */
  name: string;
  /** The other one of a direct chat. */
  root: Root | null;
  /** Of the chat itself, without threads. */
  last: MessageView | null;
  unread: number;
  /** In threads of the ledger. */
  unreadInThreads: number;
  barred: ErrorCode | null;
}

export interface ThreadView {
  about: EntryId | Id;
  messages: number;
  unread: number;
}

export interface MessageHitView {
  ledger: LedgerId;
  /** As in ChatView. */
  name: string;
  about: Id | null;
  /** Its id: chat.place says where it stands. */
  message: RevisionId;
  /** Of a long one the part around what was looked for. */
  text: string;
  by: MessageAuthorView;
  mine: boolean;
  at: number;
}
