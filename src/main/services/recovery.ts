/** Coming back with the 24 words alone: the personal ledger is found by them, and everything else by what it lists. */
import type { ErrorCode } from '#contract/errors.ts';
import type { RestoreView } from '#contract/people-views.ts';
import { rootToThing, type PlaceBody } from '#domain/personal.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { AccessDeps } from '#sync/access.ts';
import { certifyDevice, certifyRecovery, openPerson, type Person } from '#sync/identity/person.ts';
import { parsePhrase } from '#sync/identity/phrase.ts';
import { openSecret } from '#sync/identity/wrap.ts';
import { isRelayUrl } from '#sync/invite.ts';
import { openDeviceKey, type DeviceKey } from '#sync/keys.ts';
import { bytesToHex, hexToBytes } from '#sync/protocol/bytes.ts';
import { makeDevice } from '#sync/records.ts';
import { enterLedger } from '#sync/visit-ledger.ts';
import { followLedger } from './enter-ledger.ts';
import type { Ground } from './ground.ts';
import { membersOf } from './member-names.ts';

/** What is known of a person on a device that holds the words. */
export async function personToIdentity(person: Person, device: { device: string; agreement: { publicHex: string } }, entropy: Uint8Array) {
  const certificate = await certifyDevice(person, { device: device.device, agreement: device.agreement.publicHex });
  const recovery = await certifyRecovery(person);
  return {
    entropy: bytesToHex(entropy), root: person.root, certificate: bytesToHex(certificate),
    recovery: { agreement: recovery.agreement, certificate: bytesToHex(recovery.certificate) }, personal: person.personal.ledger,
  };
}

/** Comes into a ledger as one more device, let in by the person's recovery pseudonym. */
async function comeBack(ground: Ground, person: Person, ledger: string, pseudonym: DeviceKey, name: string): Promise<Result<void, ErrorCode>> {
  const { shell, keyring, self, errand } = ground;
  const relay = keyring.get().relay.url;
  if (relay === null) return failure('relay_not_set');
  const newcomer = await self.asNewcomer(ledger, { name, deviceName: keyring.get().device.name, person: null });
  const deps: AccessDeps = { ledger, device: pseudonym, holders: [{ key: bytesToHex(pseudonym.publicKey), secret: person.recovery }] };
  const entered = await enterLedger(errand, relay, deps, newcomer.key, (access) => makeDevice(access, pseudonym, newcomer, shell.randomBytes));
  return entered.ok ? followLedger(ground, ledger, entered.value) : entered;
}

/** Comes back into every ledger that the personal one lists and the relay still holds. */
export async function comeBackEverywhere(ground: Ground, person: Person, name: string, places: readonly PlaceBody[]): Promise<RestoreView> {
  const missing: RestoreView['missing'] = [];
  let ledgers = 0;
  for (const { ledger, name: called, credential } of places) {
    const key = credential?.slice(0, 64);
    const seed = credential && key !== undefined ? await openSecret(person.recovery, { ledger, key }, hexToBytes(credential.slice(64))) : undefined;
    const back = seed?.ok ? await comeBack(ground, person, ledger, await openDeviceKey(seed.value), name) : failure('not_member' as const);
    if (back.ok) ledgers += 1;
    else missing.push({ name: called, reason: back.code });
  }
  return { ledgers, missing };
}

/** The personal ledger has to be read before it can say where else to go, in milliseconds. */
const ARRIVAL = 15_000;

export async function recoverByPhrase(
  ground: Ground, { phrase, relay, language }: { phrase: string; relay: string; language: 'en' | 'zh-CN' },
): Promise<Result<RestoreView, ErrorCode>> {
  const { keyring, self, link, personal, queries, untilCommitted, publish } = ground;
  if (keyring.get().person) return failure('already_set_up');
  if (!isRelayUrl(relay)) return failure('relay_url_invalid');
  const entropy = parsePhrase(phrase);
  if (!entropy.ok) return entropy;
  const person = await openPerson(entropy.value);
  const { ledger, founder } = person.personal;
  const identity = await personToIdentity(person, self.device, entropy.value);
  keyring.update((keys) => ({ ...keys, identity: { ...identity, phraseWritten: true }, relay: { ...keys.relay, url: relay } }));
  const back = await comeBack(ground, person, ledger, founder, '');
  if (!back.ok) {
    keyring.update((keys) => ({ ...keys, identity: null, relay: { ...keys.relay, url: null } }));
    return back.code === 'invite_expired' ? failure('nothing_to_restore') : back;
  }
  const me = rootToThing(person.root);
  // Everything in it has come when the profile has and nothing more is fetched.
  await untilCommitted(ledger, () => personal.profile() !== null && !link.state().catchingUp.has(ledger), ARRIVAL);
  const access = link.access(ledger);
  const known = access ? membersOf(access)[0]?.name : undefined;
  const name = personal.profile()?.name ?? known ?? '';
  if (name === '') return failure('nothing_to_restore');
  const row = queries.ledgers.find(ledger);
  if (row && row.me === null) await ground.author.begin(ledger, me, [await personal.asDevice(ledger, me)]);
  const restored = await comeBackEverywhere(ground, person, name, personal.places().filter(({ state }) => state === 'in'));
  keyring.update((keys) => ({ ...keys, person: { name, language } }));
  publish('profile', 'people', 'ledgers');
  ground.companion().look();
  return success(restored);
}
