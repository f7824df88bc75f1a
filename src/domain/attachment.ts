import { z } from 'zod';
import { idSchema } from './ids.ts';
import { lineSchema } from './text.ts';

/** Of one file, in bytes. A relay takes 32 MiB; what people attach is a photo or a few pages. */
export const MAXIMUM_ATTACHMENT_BYTES = 20 * 1024 * 1024;

/** What says where a sealed file is, how to open it, and that it is the one (src/sync/blobs.ts). */
export const blobReferenceSchema = z.strictObject({
  /** Follows from the sealed chunks. */
  blob: idSchema,
  /** 32 bytes, as hexadecimal: of this file alone. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  name: lineSchema,
  /** A media type, such as `image/jpeg` (RFC 6838): as whoever attached it says, never believed when it is shown. */
  type: z.string().regex(/^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/),
  /** Of the file, in bytes. */
  size: z.number().int().min(1).max(32 * 1024 * 1024),
});
export type BlobReference = z.infer<typeof blobReferenceSchema>;

/** A file that hangs on a thing. It is a thing itself: adding a photo never stands against a change of the amount. */
export const attachmentBodySchema = z.strictObject({
  /** The thing that it hangs on, such as an entry. */
  about: idSchema,
  file: blobReferenceSchema,
  /** A removed one stays in the history, like all else. */
  state: z.enum(['active', 'removed']),
});
export type AttachmentBody = z.infer<typeof attachmentBodySchema>;

/** What may be attached: what a browser can show as a picture, and PDF. */
export const ATTACHABLE = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const;
export type Attachable = (typeof ATTACHABLE)[number];
export const isPicture = (type: Attachable): boolean => type !== 'application/pdf';

const SIGNATURES: readonly { type: Attachable; at: number; bytes: readonly number[] }[] = [
  { type: 'image/jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'application/pdf', at: 0, bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
];
const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];
const startsAt = (head: Uint8Array, at: number, bytes: readonly number[]): boolean => bytes.every((byte, index) => head[at + index] === byte);

/**
 * What a file is by its first 12 bytes (WHATWG MIME Sniffing, 6.1; PDF: ISO 32000-1, 7.5.2), whatever its name says; undefined for
 * everything that is not attached.
 */
export function sniffAttachable(head: Uint8Array): Attachable | undefined {
  if (startsAt(head, 0, RIFF) && startsAt(head, 8, WEBP)) return 'image/webp';
  return SIGNATURES.find(({ at, bytes }) => startsAt(head, at, bytes))?.type;
}
