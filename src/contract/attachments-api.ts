/** The operations about files that hang on entries: part of the contract (api.ts). */
import { z } from 'zod';
import { idSchema } from '#domain/ids.ts';
import { lineSchema } from '#domain/text.ts';
import { call, watch } from './operation.ts';
import type * as views from './attachments-views.ts';

const one = z.strictObject({ ledger: idSchema, attachment: idSchema });

export const attachmentsApi = {
  /** What hangs on a thing, oldest first; removed ones too. */
  'attachments.of': watch<views.AttachmentView[]>()(z.strictObject({ ledger: idSchema, about: idSchema })),
  /**
   * Hangs a file on an entry. `file`: the ticket of files.upload; the caller makes the id, so that a repeated call adds nothing.
   * `attachment_kind` for what is neither a picture nor PDF by its first bytes.
   */
  'attachments.add': call<null>()(z.strictObject({ ledger: idSchema, about: idSchema, attachment: idSchema, file: idSchema, name: lineSchema })),
  'attachments.remove': call<null>()(one),
  'attachments.restore': call<null>()(one),
  /** Gets the file from the relay, where it is not here. `attachment_away`: it has not been sent by whoever has it. */
  'attachments.fetch': call<null>()(one),
  /** A piece of a file that is here, from this byte on; at most 4 MiB of it. */
  'attachments.read': call<views.AttachmentPieceView>()(one.extend({ offset: z.number().int().min(0).max(64 * 1024 * 1024) })),
} as const;
