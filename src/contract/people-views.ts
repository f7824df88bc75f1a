/** What the screen is shown of people and their devices: who I am, my contacts, who may do what in a ledger, what the relay sees. */
import type { DeviceId, DocumentId, LedgerId, PersonId } from '#domain/ids.ts';
import type { ErrorCode } from './errors.ts';

/** A person everywhere: their root key, 64 hexadecimal digits. */
export type Root = string;
export type Role = 'owner' | 'admin' | 'editor' | 'viewer';

export interface IdentityView {
  root: Root;
  name: string;
  /** A claim of mine, shown to others only as `showRealName` and each contact's exception say; null where I gave none. */
  realName: string | null;
  showRealName: boolean;
  /** A data URL, at most 32 kB. */
  picture: string | null;
  /** Whether this device holds the 24 words, and whether I proved that I have written them down. */
  phrase: 'here' | 'forgotten';
  phraseWritten: boolean;
  /** Whether the keys on this device are sealed by the operating system's keychain. */
  keysSealed: boolean;
  lastBackup: number | null;
}

/** How I know that somebody is who they say; `by`: who vouched. */
export interface VerifiedView {
  how: 'words' | 'tapped' | 'vouched';
  at: number;
  note: string;
}

export interface ContactView {
  root: Root;
  /** What I call them, else what they call themselves. */
  name: string;
  petname: string | null;
  nickname: string;
  /** Null where they don't show it to me. */
  realName: string | null;
  picture: string | null;
  verified: VerifiedView | null;
  /** The ledger that the two of us share; null for somebody I only met in ledgers of several. */
  ledger: LedgerId | null;
  /** Whether they see my real name: as I set it for all, or otherwise for them. */
  showRealName: 'default' | 'always' | 'never';
  seesMyRealName: boolean;
  state: 'active' | 'archived' | 'met';
  /** Ledgers that both of us are in. */
  shared: { ledger: LedgerId; name: string }[];
}

/** The same words on both sides, unless somebody stands between. */
export interface SafetyWordsView {
  en: string[];
  'zh-CN': string[];
}

export interface OwnDeviceView {
  /** The device's own public key, 64 hexadecimal digits. */
  device: string;
  name: string;
  mine: boolean;
  /** When it was added, and when anything of it was seen last; null where nothing was. */
  addedAt: number | null;
  lastSeen: number | null;
  state: 'active' | 'revoked';
  /** Ledgers it is in, of those that I am in. */
  ledgers: number;
  missing: number;
}

/** Adding a device: on the one that has the words the new one is asked for; on the new one the words appear. */
export interface PairingView {
  state: 'idle' | 'waiting' | 'compare' | 'finishing' | 'done' | 'failed';
  side: 'giving' | 'joining' | null;
  link: string | null;
  code: string | null;
  expires: number | null;
  /** Six words that both devices show. */
  words: SafetyWordsView | null;
  /** Whether this device was told that they are the same. It goes on when both were. */
  confirmed: boolean;
  deviceName: string | null;
  error: ErrorCode | null;
}

export interface MemberView {
  member: string;
  me: boolean;
  /** Null where their card could not be read (they came in before my time). */
  root: Root | null;
  name: string;
  realName: string | null;
  picture: string | null;
  verified: VerifiedView | null;
  role: Role;
  /** Who they are in the book; null for somebody who only looks on. */
  person: PersonId | null;
  devices: { key: string; id: DeviceId; name: string; mine: boolean; recovery: boolean }[];
  /** What I may do with them. */
  may: { remove: boolean; roles: Role[] };
}

export interface MembersView {
  members: MemberView[];
  /** My own role; null: I am out. */
  role: Role | null;
  mayInvite: Role[];
  /** I manage, but see the ledger only from my joining: I can take nobody's right to write away (`history_partial`). */
  partial: boolean;
  invites: { key: string; role: Role; uses: number; expires: number }[];
  /** How often the key has changed; `owed`: somebody left, and it changes with the next entry. */
  epoch: number;
  owed: boolean;
  /** Changes that count for nothing, by the membership. */
  refused: number;
}

/** One change of the list of members, as far as its words can be read. */
export interface LineRecordView {
  kind: 'found' | 'invite' | 'withdraw' | 'join' | 'device' | 'revoke' | 'remove' | 'role' | 'epoch';
  /** Who made it; null where no card of theirs could be read. */
  by: string | null;
  byMe: boolean;
  /** Whom it is about, where it is about somebody else. */
  about: string | null;
  role: Role | null;
}

/** The list of members that the relay shows where it does not go on from the one that this device knows. */
export interface OtherLineView {
  /** Names this very list: 64 hexadecimal digits. */
  hash: string;
  members: { name: string; role: Role; me: boolean }[];
  /** What only the relay's list says, and what only this device knows: that is gone when the relay's is followed. */
  theirs: LineRecordView[];
  ours: LineRecordView[];
}

export interface RefusedView {
  changes: {
    hash: string;
    author: string;
    device: string;
    /** `other_line`: from before this device followed the relay's list of members; counts again when its author's device has sent it anew. */
    reason: 'role_forbids' | 'written_after_removal' | 'other_line';
    /** The entries it says something of, the beginnings of the messages in it, and how much else it holds. */
    entries: { description: string; date: string; currency: string; amount: number; void: boolean }[];
    messages: string[];
    others: number;
  }[];
  mayAccept: boolean;
}

/** Exactly what lies at the relay, read from the frames and records themselves. */
export interface RelaySeesView {
  ledgers: {
    ledger: LedgerId;
    name: string;
    pseudonyms: { key: string; role: Role | null; mine: boolean }[];
    records: number;
    documents: { document: DocumentId; frames: number; bytes: number; lastSeq: number | null }[];
    /** The newest, newest first. */
    frames: { document: DocumentId; author: string; epoch: number; record: number; bytes: number; at: number; seq: number | null; kind: 'changes' | 'snapshot'; head: string }[];
  }[];
}

export interface DocumentsView {
  documents: {
    document: DocumentId;
    revisions: number;
    /** Changes that no relay has yet, and frames that wait for something. */
    waiting: number;
    held: number;
    seq: number | null;
    hash: string;
  }[];
}

export interface NearbyView {
  enabled: boolean;
  /** Devices on this network with which something is shared. */
  peers: { name: string; ledgers: number; state: 'connecting' | 'syncing' | 'inStep' | 'away'; lastSynced: number | null }[];
  error: ErrorCode | null;
}

export interface FileWrittenView {
  /** Where it lies on this machine. */
  path: string;
  bytes: number;
}

export interface RestoreView {
  ledgers: number;
  /** Ledgers that could not be found again, and why. */
  missing: { name: string; reason: ErrorCode }[];
}
