import { z } from 'zod';

/** 128 bits as 32 lowercase hexadecimal digits: ledgers, people, entries, revisions, documents. */
export const idSchema = z.string().regex(/^[0-9a-f]{32}$/);

export type Id = z.infer<typeof idSchema>;
export type LedgerId = Id;
export type PersonId = Id;
export type EntryId = Id;
export type RevisionId = Id;
export type DocumentId = Id;
/** The first 16 bytes of SHA-256 of a device's public signing key. */
export type DeviceId = Id;

/** Where ids come from. The host lends it, so that tests can seed it. */
export interface IdSource {
  /** A fresh random id. */
  next(): Id;
  /** The same id for the same parts, on every device: what makes a second import add nothing. */
  derive(...parts: readonly string[]): Id;
}
