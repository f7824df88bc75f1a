/** Coming back with the 24 words alone: the personal ledger is found by them, and everything else by what it lists. */
import type { ErrorCode } from '#contract/errors.ts';
import type { RestoreView } from '#contract/people-views.ts';
import type { PlaceBody } from '#domain/personal.ts';
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
import { membersOf, personOf } from './member-names.ts';

/** Where no card of theirs could be read: a name has to be something. */
const UNNAMED = '?';

/** What is known of a person on a device that holds the words. */
export async function personToIdentity(person: Person, device: { device: string; agreement: { publicHex: string } }, entropy: Uint8Array) {
  const certificate = await certifyDevice(person, { device: device.device, agreement: device.agreement.publicHex });
  const recovery = await certifyRecovery(person);
  return {
    entropy: bytesToHex(entropy), root: person.root, certificate: bytesToHex(certificate),
    recovery: { agreement: recovery.agreement, certificate: bytesToHex(recovery.certificate) }, personal: person.personal.ledger,
  };
}

/** The person's recovery pseudonym in a ledger, as its place says; in the personal one it follows from the words. */
async function openPseudonym(person: Person, { ledger, credential }: Pick<PlaceBody, 'ledger' | 'credential'>): Promise<DeviceKey | undefined> {
  if (ledger === person.personal.ledger) return person.personal.founder;
  const seed = credential === null ? undefined : await openSecret(person.recovery, { ledger, key: credential.slice(0, 64) }, hexToBytes(credential.slice(64)));
  return seed?.ok ? openDeviceKey(seed.value) : undefined;
}

/** Comes into a ledger as one more device, let in by the person's recovery pseudonym. `removed`: the person is not in it any more. */
export async function comeBack(ground: Ground, person: Person, place: Pick<PlaceBody, 'ledger' | 'credential'>, name: string): Promise<Result<void, ErrorCode>> {
  const { shell, keyring, self, errand } = ground;
  const { ledger } = place;
  const relay = keyring.get().relay.url;
  if (relay === null) return failure('relay_not_set');
  const pseudonym = await openPseudonym(person, place);
  if (!pseudonym) return failure('not_member');
  const { publicKey } = await self.pseudonym(ledger);
  const deps: AccessDeps = { ledger, device: pseudonym, holders: [{ key: bytesToHex(pseudonym.publicKey), secret: person.recovery }] };
  const entered = await enterLedger(errand, relay, deps, bytesToHex(publicKey), async (access) => {
    // On a new machine nothing says yet what the person is called but their own cards.
    const known = [...access.cards.values()].find(({ root }) => root === person.root)?.name;
    const newcomer = await self.asNewcomer(ledger, { name: name || (known ?? UNNAMED), deviceName: keyring.get().device.name, person: personOf(access, { key: '', root: person.root }) });
    return makeDevice(access, pseudonym, newcomer, shell.randomBytes);
  });
  if (entered.ok) return followLedger(ground, ledger, entered.value);
  return failure(entered.code === 'taken_out' ? 'removed' : entered.code === 'invite_expired' ? 'nothing_to_restore' : entered.code);
}

/** Comes back into every ledger that the personal one lists and the relay still holds. */
export async function comeBackEverywhere(ground: Ground, person: Person, name: string, places: readonly PlaceBody[]): Promise<RestoreView> {
  const missing: RestoreView['missing'] = [];
  let ledgers = 0;
  for (const place of places) {
    const back = await comeBack(ground, person, place, name);
    if (back.ok) ledgers += 1;
    else missing.push({ name: place.name, reason: back.code });
  }
  return { ledgers, missing };
}

/** The personal ledger has to be read before it can say where else to go, in milliseconds. */
const ARRIVAL = 15_000;

export async function recoverByPhrase(
  ground: Ground, { phrase, relay, language }: { phrase: string; relay: string; language: 'en' | 'zh-CN' },
): Promise<Result<RestoreView, ErrorCode>> {
  const { keyring, self, link, personal, untilCommitted, publish } = ground;
  if (keyring.get().person) return failure('already_set_up');
  if (!isRelayUrl(relay)) return failure('relay_url_invalid');
  const entropy = parsePhrase(phrase);
  if (!entropy.ok) return entropy;
  const person = await openPerson(entropy.value);
  const { ledger } = person.personal;
  const identity = await personToIdentity(person, self.device, entropy.value);
  keyring.update((keys) => ({ ...keys, identity: { ...identity, phraseWritten: true }, relay: { ...keys.relay, url: relay } }));
  const abandon = async (code: ErrorCode): Promise<Result<RestoreView, ErrorCode>> => {
    keyring.update((keys) => ({ ...keys, identity: null, ledgers: [], relay: { ...keys.relay, url: null } }));
    await link.follow();
    return failure(code);
  };
  const back = await comeBack(ground, person, { ledger, credential: null }, '');
  if (!back.ok) return abandon(back.code);
  // Everything in it has come when the profile has and nothing more is fetched.
  await untilCommitted(ledger, () => personal.profile() !== null && !link.state().catchingUp.has(ledger), ARRIVAL);
  const access = link.access(ledger);
  const known = access ? membersOf(access)[0]?.name : undefined;
  const name = personal.profile()?.name ?? known ?? '';
  if (name === '') return abandon('nothing_to_restore');
  const restored = await comeBackEverywhere(ground, person, name, personal.places().filter(({ state }) => state === 'in'));
  keyring.update((keys) => ({ ...keys, person: { name, language } }));
  publish('profile', 'people', 'ledgers');
  ground.companion().look();
  return success(restored);
}
