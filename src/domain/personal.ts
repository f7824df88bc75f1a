/** What people keep of each other: a profile for those who know them, and, for their own devices alone, contacts and places. */
import { z } from 'zod';
import { idSchema, type Id } from './ids.ts';
import { lineSchema, nameSchema } from './text.ts';

/** Who somebody is everywhere: the Ed25519 public key of their root, 64 hexadecimal digits. */
export const rootSchema = z.string().regex(/^[0-9a-f]{64}$/);
export type Root = z.infer<typeof rootSchema>;

/** The thing that a profile or a contact is a revision of. */
export const rootToThing = (root: Root): Id => root.slice(0, 32);

/** Of a picture as a data URL (RFC 2397), in characters. */
export const MAXIMUM_PICTURE = 32 * 1024;
export const pictureSchema = z.string().max(MAXIMUM_PICTURE).regex(/^data:image\/(?:webp|jpeg|png);base64,[A-Za-z0-9+/]+={0,2}$/);

/** What somebody says of themselves. */
export const profileBodySchema = z.strictObject({
  root: rootSchema,
  name: nameSchema,
  /** Null where it is not shown to those who can read this. A claim, and nothing more. */
  realName: nameSchema.nullable(),
  picture: pictureSchema.nullable(),
});
export type ProfileBody = z.infer<typeof profileBodySchema>;

/** How somebody was known to be who they say: safety words compared, devices held together, or on another's word. */
export const VERIFIED_HOW = ['words', 'tapped', 'vouched'] as const;

/** What a person keeps about somebody else; nobody else sees it. */
export const contactBodySchema = z.strictObject({
  root: rootSchema,
  /** What I call them, before what they call themselves. */
  petname: nameSchema.nullable(),
  /** The direct ledger with them. */
  ledger: idSchema.nullable(),
  verified: z.strictObject({ how: z.enum(VERIFIED_HOW), at: z.number().int().min(0).max(8.64e15), note: lineSchema }).nullable(),
  state: z.enum(['active', 'archived']),
  /** Whether they see my real name. */
  showRealName: z.enum(['default', 'always', 'never']),
});
export type ContactBody = z.infer<typeof contactBodySchema>;

/** A ledger that a person is in, so that their words alone lead back to it. */
export const placeBodySchema = z.strictObject({
  ledger: idSchema,
  relay: z.string().max(500).nullable(),
  name: nameSchema,
  /** The seed of the person's recovery pseudonym there, sealed to their recovery key; hexadecimal. */
  credential: z.string().regex(/^(?:[0-9a-f]{2}){1,512}$/).nullable(),
  state: z.enum(['in', 'left']),
});
export type PlaceBody = z.infer<typeof placeBodySchema>;

/** One of a person's devices asks to be let into a ledger: those of them that are in do it. The thing is the first 32 digits of `key`. */
export const admissionBodySchema = z.strictObject({
  ledger: idSchema,
  /** The device's pseudonym there, 64 hexadecimal digits. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** Its card (CBOR, hexadecimal). */
  card: z.string().regex(/^(?:[0-9a-f]{2}){1,2000}$/),
});
export type AdmissionBody = z.infer<typeof admissionBodySchema>;
