/**
 * How one product's clients talk to its server. The server is the real one; the clients say on the wire what that product's
 * own client says, without keeping a document each, so that a thousand fit into the process that measures.
 */

/** What a connection tells the one who measures. Changes are counted from 1. */
export interface Hearing {
  /** It has read what there was, and hears of what comes. */
  onReady(): void;
  /** It has got all changes up to this one. */
  onDelivered(change: number): void;
}

export interface Talk {
  onOpen?(): void;
  onMessage(bytes: Uint8Array): void;
}

export interface Writer extends Talk {
  /** Sends the next change. */
  write(): void;
}

/** One document at one server: change 1 holds its first `entries`, every other one more. */
export interface Conversation {
  write(send: (bytes: Uint8Array) => void, hearing: Hearing): Writer;
  read(send: (bytes: Uint8Array) => void, hearing: Hearing): Talk;
}

export interface Dialect {
  readonly name: string;
  readonly program: string;
  environment(folder: string): Record<string, string>;
  begin(entries: number, changes: number): Promise<Conversation> | Conversation;
}

/** What an entry comes to: about 200 bytes that do not compress to nothing. */
export function createEntry(index: number): { key: string; value: string } {
  const hash = (seed: number): string => (Math.imul(seed + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
  const key = Array.from({ length: 4 }, (_, part) => hash(4 * index + part)).join('');
  const people = Array.from({ length: 4 }, (_, part) => `"${hash(1_000_000 + index * 7 + part)}":2500`).join();
  return { key, value: `{"kind":"expense","date":"2026-11-20","description":"Dinner ${index}","category":"dining","currency":"EUR","amount":10000,"shares":{${people}}}` };
}
