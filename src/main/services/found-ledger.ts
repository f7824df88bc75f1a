import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Template } from '#domain/revision.ts';
import { ledgerIdOf, openSigningKey, type SigningKey } from '#sync/keys.ts';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { makeFounding } from '#sync/records.ts';
import type { Change, NewRevision } from './author.ts';
import type { Ground } from './ground.ts';

/** A ledger that is about to be founded: its id is known before anything is written. */
export interface LedgerDraft {
  readonly ledger: LedgerId;
  readonly founder: SigningKey;
  readonly salt: Uint8Array;
}

interface NewLedger {
  name: string;
  template: Template;
  currency: string;
  /** A person among `revisions` who is me; undefined: I am somebody new, under my own name. */
  me: PersonId | undefined;
  revisions: readonly NewRevision[];
  step?: Change<never>['step'];
  onPrepared?: (done: number) => void;
}

/** An id that nobody else can have: the hash of a key that is used once and forgotten. */
export async function draftLedger({ shell }: Pick<Ground, 'shell'>): Promise<LedgerDraft> {
  const founder = await openSigningKey(shell.randomBytes(32));
  const salt = shell.randomBytes(16);
  return { ledger: await ledgerIdOf(founder.publicKey, salt), founder, salt };
}

/** Founds a ledger with me as its owner, and writes its first records: what it is, who I am in it, and that this device is in my hands. */
export const foundLedger = (ground: Ground, draft: LedgerDraft, given: NewLedger): Promise<Result<{ me: PersonId }, ErrorCode>> =>
  ground.companion().leaveAlone(draft.ledger, () => found(ground, draft, given));

async function found(ground: Ground, { ledger, founder, salt }: LedgerDraft, given: NewLedger): Promise<Result<{ me: PersonId }, ErrorCode>> {
  const { shell, keyring, self, store, author, link, personal } = ground;
  const { person, device: own } = keyring.get();
  if (!person) return failure('not_set_up');
  const { name, template, currency } = given;
  const me = given.me ?? shell.ids.next();
  const words = { name: person.name, deviceName: own.name, person: me };
  const device = await self.asNewcomer(ledger, words);
  const recovery = await self.asRecovery(ledger, words);
  const record = await makeFounding({
    founder, salt, member: bytesToHex(shell.randomBytes(8)), devices: [device, recovery.device], randomBytes: shell.randomBytes,
  });
  // People stand in the order they were made: I come first.
  const at = Math.max(0, given.revisions.reduce((first, revision) => Math.min(first, revision.at ?? first), shell.now()) - 1);
  const revisions: NewRevision[] = [
    { type: 'ledger', of: ledger, body: { name, template, currency, simplify: true } },
    ...(given.me === undefined ? [{ type: 'person' as const, of: me, at, body: { name: person.name, state: 'active' as const } }] : []),
    await personal.asDevice(ledger, me),
    ...given.revisions,
  ];
  // The id first: a ledger that is not on the list would be lost with the database, one too many on it is only a line.
  keyring.addLedger(ledger);
  const founded = await store.commitRecords(ledger, (await self.pseudonym(ledger)).deviceId, 0, [record], { refused: [], admitted: [] });
  if (!founded.ok) return founded;
  const written = await author.begin(ledger, me, revisions, given.step, given.onPrepared);
  if (!written.ok) return written;
  const kept = await personal.keepPlace({ ledger, name, credential: recovery.credential, state: 'in' });
  if (!kept.ok) return kept;
  await link.follow();
  return success({ me });
}
