import type { ErrorCode } from '#contract/errors.ts';
import { success, type Result } from '#domain/result.ts';
import { openPerson } from '#sync/identity/person.ts';
import type { Keys } from '#main/keyring.ts';
import type { Ground } from './ground.ts';
import { personToIdentity } from './recovery.ts';

/** Makes a new person on this device, and the ledger of their own. Begun and broken off, it goes on with the same person. */
export async function setUpPerson({ shell, keyring, self, queries, personal, link }: Ground, named: NonNullable<Keys['person']>): Promise<Result<void, ErrorCode>> {
  const begun = keyring.get().identity?.entropy ?? null;
  const entropy = begun === null ? shell.randomBytes(32) : new Uint8Array(Buffer.from(begun, 'hex'));
  const person = await openPerson(entropy);
  const identity = await personToIdentity(person, self.device, entropy);
  // What was begun as another person's device, and broken off, is no part of this.
  keyring.update((keys) => ({ ...keys, identity: { ...identity, phraseWritten: false }, ledgers: keys.ledgers.filter((ledger) => ledger === identity.personal) }));
  await link.follow();
  const founded = queries.ledgers.find(person.personal.ledger) ? success(undefined) : await personal.found(person, named.name);
  if (!founded.ok) return founded;
  keyring.update((keys) => ({ ...keys, person: named }));
  await link.follow();
  return success(undefined);
}

/** Makes my name, and what this device is called, known wherever I may write. */
export async function tellNames({ author, personal, people, queries }: Ground, { name, deviceName }: { name?: string; deviceName?: string }): Promise<Result<void, ErrorCode>> {
  if (name !== undefined) {
    const kept = await personal.keepProfile({ name });
    const spread = kept.ok ? await people.spread() : kept;
    if (!spread.ok) return spread;
  }
  if (deviceName === undefined) return success(undefined);
  for (const row of queries.ledgers.everything()) {
    if (row.me === null || queries.ledgers.devices(row).some(({ id, name: called }) => id === row.device && called === deviceName)) continue;
    const own = await personal.asDevice(row.id, row.me);
    const renamed = await author.change<void>(row.id, (there) =>
      success({ revisions: [{ ...own, prev: queries.history.current(there, 'device', own.of) }], answer: () => undefined }),
    );
    // In a ledger in which I only look on, the name stays as it was on my card; where I am still to be let in, it is told then.
    if (!renamed.ok && renamed.code !== 'role_forbids' && renamed.code !== 'removed' && renamed.code !== 'not_member') return renamed;
  }
  return success(undefined);
}
