/** The operations about people and devices: part of the contract (api.ts). */
import { z } from 'zod';
import { idSchema } from '#domain/ids.ts';
import { pictureSchema, rootSchema } from '#domain/personal.ts';
import { lineSchema, nameSchema } from '#domain/text.ts';
import { call, watch } from './operation.ts';
import type * as views from './people-views.ts';
import type { InviteView } from './views.ts';

const nothing = z.strictObject({});
const ledger = z.strictObject({ ledger: idSchema });
const keySchema = z.string().regex(/^[0-9a-f]{64}$/);
const memberSchema = z.string().regex(/^[0-9a-f]{16}$/);
const passphraseSchema = z.string().min(8).max(500);
/** A piece of a file in base64: at most 4 MiB. */
const pieceSchema = z.string().max(6_000_000);
export const roleSchema = z.enum(['owner', 'admin', 'editor', 'viewer']);

export const peopleApi = {
  // Who I am, on all my devices.
  'identity.get': watch<views.IdentityView | null>()(nothing),
  'identity.update': call<null>()(
    z.strictObject({
      realName: nameSchema.nullable().optional(),
      showRealName: z.boolean().optional(),
      picture: pictureSchema.nullable().optional(),
    }),
  ),
  /** The 24 words; `phrase_forgotten` where this device has them no more. */
  'identity.phrase': call<{ words: string[] }>()(nothing),
  /** Some of the words by their number (from 1), as proof that they were written down: at least three. */
  'identity.confirmPhrase': call<null>()(z.strictObject({ words: z.array(z.strictObject({ number: z.number().int().min(1).max(24), word: lineSchema })).min(3).max(24) })),
  /** This device gives the words up, once they were confirmed: then a thief of it cannot become me. */
  'identity.forgetPhrase': call<null>()(nothing),
  /** First run on a new machine: everything that a relay still holds comes back. */
  'identity.restore': call<views.RestoreView>()(
    z.strictObject({ phrase: z.string().max(1_000), relay: z.string().max(500), language: z.enum(['en', 'zh-CN']) }),
  ),

  // My devices.
  'devices.list': watch<views.OwnDeviceView[]>()(nothing),
  /** On the device that has the words: shows a link and a code, then six words to compare. */
  'devices.pair': call<null>()(nothing),
  /** On the new device, in place of profile.setUp: `invite` is that link or code (a code needs the relay's address). */
  'devices.join': call<null>()(z.strictObject({ invite: z.string().max(2_000), relay: z.string().max(500).nullable(), language: z.enum(['en', 'zh-CN']) })),
  'devices.pairing': watch<views.PairingView>()(nothing),
  /** The words are the same on both. */
  'devices.confirmPairing': call<null>()(nothing),
  'devices.cancelPairing': call<null>()(nothing),
  /** Takes a device out of all ledgers; each gets a new key that it does not get. `failed`: ledgers where that is still to be done. */
  'devices.revoke': call<{ failed: number }>()(z.strictObject({ device: keySchema })),

  'contacts.list': watch<views.ContactView[]>()(nothing),
  /** A link and code for one person, who becomes a contact by taking it (sharing.open, sharing.join). */
  'contacts.invite': call<InviteView>()(nothing),
  'contacts.update': call<null>()(
    z.strictObject({
      root: rootSchema,
      petname: nameSchema.nullable().optional(),
      showRealName: z.enum(['default', 'always', 'never']).optional(),
      archived: z.boolean().optional(),
    }),
  ),
  'contacts.words': call<views.SafetyWordsView>()(z.strictObject({ root: rootSchema })),
  /** `how` null takes it back. */
  'contacts.verify': call<null>()(z.strictObject({ root: rootSchema, how: z.enum(['words', 'tapped', 'vouched']).nullable(), note: lineSchema })),

  'members.get': watch<views.MembersView>()(ledger),
  /** `owner` hands the ledger over. */
  'members.setRole': call<null>()(z.strictObject({ ledger: idSchema, member: memberSchema, role: roleSchema })),
  'members.remove': call<null>()(z.strictObject({ ledger: idSchema, member: memberSchema })),
  /** Out of the ledger, and the ledger off this device's list. What was written stays with the others. */
  'members.leave': call<null>()(ledger),
  /** With a new key, so that whoever had looked in reads nothing that comes: the other open invites end as well. */
  'members.withdrawInvite': call<null>()(z.strictObject({ ledger: idSchema, key: keySchema })),
  /** A new key for everybody who is in: for somebody who was not given the present one, or once more to be sure. */
  'members.changeKey': call<null>()(ledger),
  /** Asks the relay for its list of members, where that is another one than the known (`membership_forked`). Takes nothing over. */
  'members.otherLine': call<views.OtherLineView>()(ledger),
  /** Takes over the list that was shown, as far as it goes on by now. What waits is sealed anew; what was decided only in the known one is gone. */
  'members.followRelay': call<null>()(z.strictObject({ ledger: idSchema, hash: keySchema })),
  /** What counts for nothing by the membership; members.get tells how much there is. */
  'members.refused': call<views.RefusedView>()(ledger),
  /** An admin lets refused changes count after all. */
  'members.accept': call<null>()(z.strictObject({ ledger: idSchema, hashes: z.array(keySchema).min(1).max(1_000) })),

  'sync.documents': watch<views.DocumentsView>()(ledger),
  'sync.relaySees': watch<views.RelaySeesView>()(nothing),
  'nearby.get': watch<views.NearbyView>()(nothing),
  'nearby.setEnabled': call<null>()(z.strictObject({ enabled: z.boolean() })),

  /** Changes for others' devices, sealed as at a relay, into a file (folder null: the person's own documents). */
  'files.exportChanges': call<views.FileWrittenView>()(z.strictObject({ folder: z.string().max(1_000).nullable() })),
  /** Everything, sealed under a passphrase. */
  'files.backUp': call<views.FileWrittenView>()(z.strictObject({ folder: z.string().max(1_000).nullable(), passphrase: passphraseSchema })),
  /** A file comes in pieces, in order; answers with a ticket for the next piece, and for what is done with the whole. */
  'files.upload': call<{ file: string }>()(z.strictObject({ file: idSchema.nullable(), piece: pieceSchema })),
  'files.importChanges': call<{ frames: number; fresh: number; ledgers: number }>()(z.strictObject({ file: idSchema })),
  /** First run on a new machine. `phrase`: the 24 words, for a backup that does not hold them (`backup_needs_phrase`). */
  'files.restore': call<views.RestoreView>()(
    z.strictObject({ file: idSchema, passphrase: passphraseSchema, phrase: z.string().max(1_000).nullable().default(null), language: z.enum(['en', 'zh-CN']) }),
  ),
} as const;
