/** Files that hang on entries: kept beside the database, sent to the relay sealed, fetched from it when they are wanted. */
import type { AttachmentView } from '#contract/attachments-views.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { MAXIMUM_ATTACHMENT_BYTES, sniffAttachable, type AttachmentBody } from '#domain/attachment.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { downloadBlob, sealBlob } from '#sync/blobs.ts';
import { readGiven, toFileName, type AttachmentFiles } from '#main/attachment-files.ts';
import type { AttachmentQueries, AttachmentRow } from '#main/db/queries/attachments.ts';
import type { Parsed, Service, Topic } from '#main/handlers.ts';
import type { Courier } from './attachment-courier.ts';
import type { Uploads } from './files.ts';
import type { Ground } from './ground.ts';

/** What goes over the wire to the screen at a time, in bytes. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** What hangs on one thing at most, removed ones not counted. */
const MAXIMUM_ATTACHMENTS = 20;
/** How long the relay is waited for, in milliseconds. */
const PATIENCE = 10_000;

interface Parts {
  uploads: Uploads;
  files: AttachmentFiles;
  attachments: AttachmentQueries;
  courier: Courier;
}

export function createAttachmentsService(ground: Ground, { uploads, files, attachments, courier }: Parts): Service<'attachments'> {
  const { author, queries, link, shell, publish } = ground;
  /** One fetch of a file at a time; whoever asks meanwhile waits for the same. */
  const fetching = new Map<string, Promise<Result<null, ErrorCode>>>();

  function toView(ledger: LedgerId, { id, revision, isSent }: AttachmentRow): AttachmentView {
    const { file, state } = revision.body;
    const { name, type, size } = file;
    const row = queries.ledgers.find(ledger);
    const isHere = files.has(toFileName(file));
    return { id, name, type, size, state, at: revision.at, by: (row && queries.ledgers.person(row, revision.by)?.name) ?? '', isHere, waiting: isHere && !isSent && state === 'active' };
  }

  /** An uploaded file, as what it is. */
  async function readUpload(ticket: string): Promise<Result<{ bytes: Uint8Array; type: string }, ErrorCode>> {
    const path = uploads.path(ticket);
    if (path === undefined) return failure('not_found');
    const bytes = await readGiven(path, MAXIMUM_ATTACHMENT_BYTES);
    if (!bytes) return failure('attachment_too_large');
    const type = sniffAttachable(bytes);
    return type === undefined ? failure('attachment_kind') : success({ bytes, type });
  }

  async function add({ ledger, about, attachment, file, name }: Parsed<'attachments.add'>): Promise<Result<null, ErrorCode>> {
    if (attachments.one(ledger, attachment)) return success(null);
    const upload = await readUpload(file);
    if (!upload.ok) return upload;
    const sealed = await sealBlob(upload.value.bytes, { name, type: upload.value.type }, shell.randomBytes);
    if (!sealed.ok) return sealed;
    const { reference } = sealed.value;
    // The file first: what an entry names is on the disk of whoever named it.
    const kept = await files.keep(toFileName(reference), upload.value.bytes);
    if (!kept.ok) return kept;
    const written = await author.change<null>(ledger, (row) => {
      if (attachments.one(ledger, attachment)) return success({ revisions: [], answer: () => null });
      if (!queries.entries.chosen(row, about)) return failure('not_found');
      const active = attachments.of(ledger, about).filter(({ revision }) => revision.body.state === 'active');
      if (active.length >= MAXIMUM_ATTACHMENTS) return failure('attachments_too_many', { most: MAXIMUM_ATTACHMENTS });
      return success({ revisions: [{ type: 'attachment', of: attachment, body: { about, file: reference, state: 'active' } }], answer: () => null });
    });
    if (attachments.one(ledger, attachment)?.revision.body.file.blob !== reference.blob) await files.drop(toFileName(reference));
    if (!written.ok) return written;
    uploads.drop(file);
    courier.look();
    return written;
  }

  const setState = (ledger: LedgerId, attachment: Id, state: AttachmentBody['state']): Promise<Result<null, ErrorCode>> =>
    author.change<null>(ledger, () => {
      const known = attachments.one(ledger, attachment);
      if (!known) return failure('not_found');
      const { body, id } = known.revision;
      if (body.state === state) return success({ revisions: [], answer: () => null });
      return success({ revisions: [{ type: 'attachment', of: attachment, prev: [id], body: { ...body, state } }], answer: () => null });
    });

  async function fetchFile(ledger: LedgerId, { revision: { body: { file } } }: AttachmentRow): Promise<Result<null, ErrorCode>> {
    if (file.size > MAXIMUM_ATTACHMENT_BYTES) return failure('attachment_too_large');
    const fetched = await downloadBlob({ session: link, patience: PATIENCE }, ledger, file);
    if (!fetched.ok) {
      if (fetched.code === 'not_found') return failure('attachment_away');
      return failure(fetched.code === 'blob_broken' ? 'attachment_broken' : link.toCode(fetched.code));
    }
    const kept = await files.keep(toFileName(file), fetched.value);
    if (!kept.ok) return kept;
    courier.noteSent(ledger, file.blob);
    publish(`ledger:${ledger}`);
    return success(null);
  }

  return {
    'attachments.of': {
      topics: ({ ledger }): Topic[] => [`ledger:${ledger}`],
      read: ({ ledger, about }) => success(attachments.of(ledger, about).map((row) => toView(ledger, row))),
    },
    'attachments.add': add,
    'attachments.remove': ({ ledger, attachment }) => setState(ledger, attachment, 'removed'),
    'attachments.restore': ({ ledger, attachment }) => setState(ledger, attachment, 'active'),
    async 'attachments.fetch'({ ledger, attachment }) {
      const known = attachments.one(ledger, attachment);
      if (!known) return failure('not_found');
      const name = toFileName(known.revision.body.file);
      if (files.has(name)) return success(null);
      const going = fetching.get(name) ?? fetchFile(ledger, known).finally(() => fetching.delete(name));
      fetching.set(name, going);
      return going;
    },
    async 'attachments.read'({ ledger, attachment, offset }) {
      const known = attachments.one(ledger, attachment);
      if (!known) return failure('not_found');
      const name = toFileName(known.revision.body.file);
      const [piece, head] = [await files.piece(name, offset, PIECE_BYTES), await files.piece(name, 0, 12)];
      if (!piece || !head) return failure('attachment_away');
      return success({ type: sniffAttachable(head.bytes) ?? null, size: piece.size, content: Buffer.from(piece.bytes).toString('base64') });
    },
  };
}
