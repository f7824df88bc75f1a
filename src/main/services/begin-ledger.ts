import type { ErrorCode } from '#contract/errors.ts';
import type { LedgerId, PersonId } from '#domain/ids.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Template } from '#domain/revision.ts';
import type { Change, NewRevision } from './author.ts';
import type { Ground } from './ground.ts';

interface NewLedger {
  ledger: LedgerId;
  secret: Uint8Array;
  name: string;
  template: Template;
  currency: string;
  /** A person among `revisions` who is me; undefined: I am somebody new, under my own name. */
  me: PersonId | undefined;
  revisions: readonly NewRevision[];
  step?: Change<never>['step'];
  onPrepared?: (done: number) => void;
}

/** Writes the first records of a ledger: what it is, who I am in it, and that this device is in my hands. */
export async function beginLedger({ shell, keyring, device, author, link }: Ground, given: NewLedger): Promise<Result<{ me: PersonId }, ErrorCode>> {
  const { person, device: own } = keyring.get();
  if (!person) return failure('not_set_up');
  const { ledger, name, template, currency } = given;
  const me = given.me ?? shell.ids.next();
  // People stand in the order they were made: I come first.
  const at = Math.max(0, given.revisions.reduce((first, revision) => Math.min(first, revision.at ?? first), shell.now()) - 1);
  const self: NewRevision[] = given.me === undefined ? [{ type: 'person', of: me, at, body: { name: person.name, state: 'active' } }] : [];
  const publicKey = Buffer.from(device.publicKey).toString('hex');
  const revisions: NewRevision[] = [
    { type: 'ledger', of: ledger, body: { name, template, currency, simplify: true } },
    ...self,
    { type: 'device', of: device.deviceId, body: { name: own.name, person: me, publicKey } },
    ...given.revisions,
  ];
  // The key first: a ledger without its key could never be shared, a key without a ledger is only a few bytes.
  keyring.addLedger(ledger, given.secret);
  const written = await author.begin(ledger, me, revisions, given.step, given.onPrepared);
  if (!written.ok) return written;
  link.follow();
  return success({ me });
}
