import { checkBody } from '#domain/entry-rules.ts';
import type { DeviceId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { isSoundMessage } from '#domain/message.ts';
import { isOfItsThing, revisionSchema, type Revision } from '#domain/revision.ts';
import { deviceIdOf } from './keys.ts';
import { hexToBytes } from './protocol/bytes.ts';
import { revisionToId } from './revision-id.ts';
import type { QuarantineReason } from './store.ts';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What holds for a revision by itself, beyond its shape. */
const keepsRules = (revision: Revision): boolean =>
  isOfItsThing(revision) && (revision.type !== 'entry' || checkBody(revision.body).ok) && (revision.type !== 'message' || isSoundMessage(revision));

/** The revision a device wrote under a key of a document, or why it may not come in. */
export async function admitRevision(key: string, text: string, device: DeviceId): Promise<Result<Revision, QuarantineReason>> {
  const parsed = revisionSchema.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.id !== key || revisionToId(parsed.data) !== key) return failure('record_malformed');
  const revision = parsed.data;
  if (revision.device !== device) return failure('actor_not_signer');
  if (!keepsRules(revision)) return failure('record_against_rules');
  if (revision.type === 'device') {
    // A device speaks for itself only: nobody can say of another's device whose it is.
    const isItself = revision.of === device && (await deviceIdOf(hexToBytes(revision.body.publicKey))) === device;
    if (!isItself) return failure('record_against_rules');
  }
  return success(revision);
}

/** The same check for what is written here, where a failure is a bug of the caller. Answers with the revision as everybody writes it. */
export function checkOwnRevision(revision: Revision, device: DeviceId): Revision {
  const checked = revisionSchema.parse(revision);
  const isAcceptable = checked.device === device && revisionToId(checked) === checked.id && keepsRules(checked);
  if (!isAcceptable) throw new Error(`no other device would accept this ${checked.type} revision`);
  return checked;
}
