/** Letting a new device of mine in: the part of the device that is there, and the part of the one that comes. */
import type { ErrorCode } from '#contract/errors.ts';
import type { PairingView } from '#contract/people-views.ts';
import { failure, success, type Result } from '#domain/result.ts';
import type { Conversation } from '#sync/conversation.ts';
import { CODE_LIFETIME, leaveInvite, takeInvite, visit } from '#sync/errand.ts';
import { checkCard } from '#sync/identity/card.ts';
import { isDeviceCertified, isRecoveryCertified } from '#sync/identity/certificate.ts';
import { certifyDevice } from '#sync/identity/person.ts';
import { pairingWords } from '#sync/identity/safety-words.ts';
import { parseCode } from '#sync/invite-code.ts';
import { encodeInvite, isInviteLink, isRelayUrl, parseInvite, type Invite } from '#sync/invite.ts';
import { openMailbox, type Mailbox, type PairingStep } from '#sync/pairing.ts';
import { roleNow } from '#sync/protocol/membership.ts';
import { makeDevice } from '#sync/records.ts';
import type { Ground } from './ground.ts';

/** Between two looks into the mailbox, in milliseconds. */
const POLL = 500;
export const NO_PAIRING: PairingView = { state: 'idle', side: null, link: null, code: null, expires: null, words: null, confirmed: false, deviceName: null, error: null };

export interface Pairing {
  view(): PairingView;
  give(): Promise<Result<null, ErrorCode>>;
  join(input: { invite: string; relay: string | null; language: 'en' | 'zh-CN' }): Promise<Result<null, ErrorCode>>;
  confirm(): Result<null, ErrorCode>;
  cancel(): void;
}

type Ending = Result<null, ErrorCode>;

export function createPairing(ground: Ground): Pairing {
  const { shell, keyring, self, link, errand, personal, publish, inBackground } = ground;
  let view = NO_PAIRING;
  let round = 0;
  /** When the present round is over, by this device's clock. */
  let deadline = 0;

  function show(change: Partial<PairingView>): void {
    view = { ...view, ...change };
    publish('pairing');
  }
  /** What went on before is over. */
  function begin(): void {
    round += 1;
    wake();
    view = NO_PAIRING;
    deadline = shell.now() + CODE_LIFETIME;
  }
  /** Until it is time to look again, or this round is over. */
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  let wake: () => void = () => {};

  /** Waits for the person here to say that the words are the same, as long as this round lasts: true when they did. */
  async function untilConfirmed(mine: number): Promise<boolean> {
    while (mine === round && shell.now() < deadline && !view.confirmed) await pause();
    return mine === round && view.confirmed;
  }

  /** Waits for the other device's message, as long as this round lasts. */
  async function wait<K extends PairingStep>(mailbox: Mailbox, conversation: Conversation, step: K, mine: number) {
    while (mine === round && shell.now() < deadline) {
      const taken = await mailbox.take(conversation, step);
      if (!taken.ok) return failure('pairing_failed');
      if (taken.value) return success(taken.value);
      await pause();
    }
    return failure('pairing_failed');
  }

  /** Whose device this was to be: nobody's, as before. */
  async function forget(): Promise<void> {
    if (keyring.get().person || !keyring.get().identity || keyring.get().identity?.entropy !== null) return;
    keyring.update((keys) => ({ ...keys, identity: null, ledgers: [], relay: { ...keys.relay, url: null } }));
    await link.follow();
  }

  /** One conversation with the relay from the first message to the last. */
  function run(relay: string, side: PairingView['side'], talk: (conversation: Conversation, mine: number) => Promise<Ending>): void {
    const mine = round;
    inBackground(async () => {
      const done = await visit<null, ErrorCode>(errand, relay, (conversation) => talk(conversation, mine));
      if (side === 'joining' && !(done.ok && mine === round)) await forget();
      if (mine !== round) return;
      show(done.ok ? { state: 'done', side, link: null, code: null } : { state: 'failed', side, error: done.code === 'relay_refused' ? 'pairing_failed' : done.code });
    });
  }

  const toWords = (said: Parameters<typeof pairingWords>[0]) => ({ en: pairingWords(said, 'en'), 'zh-CN': pairingWords(said, 'zh-CN') });
  const ownKeys = () => ({ device: self.device.device, agreement: self.device.agreement.publicHex });

  async function welcome(seed: Uint8Array, conversation: Conversation, mine: number): Promise<Ending> {
    const person = await self.person();
    const { identity, person: named } = keyring.get();
    const ledger = personal.ledger();
    if (!person || !identity || !named || ledger === undefined) return failure('phrase_forgotten');
    const mailbox = await openMailbox(seed, shell.randomBytes);
    const greeted = await mailbox.leave(conversation, 'greeting', ownKeys(), CODE_LIFETIME);
    if (!greeted.ok) return greeted;
    const answer = await wait(mailbox, conversation, 'answer', mine);
    if (!answer.ok) return answer;
    const { deviceName, nonce, ...joining } = answer.value;
    show({ state: 'compare', deviceName, words: toWords({ seed, nonce, present: ownKeys(), joining }) });
    if (!(await untilConfirmed(mine))) return failure('pairing_failed');
    show({ state: 'finishing' });
    const certificate = await certifyDevice(person, joining);
    const recovery = { agreement: identity.recovery.agreement, certificate: new Uint8Array(Buffer.from(identity.recovery.certificate, 'hex')) };
    const left = await mailbox.leave(conversation, 'welcome', { root: person.root, name: named.name, certificate, recovery, personal: ledger }, CODE_LIFETIME);
    if (!left.ok) return left;
    const entry = await wait(mailbox, conversation, 'entry', mine);
    if (!entry.ok) return entry;
    const { key, card } = entry.value;
    const isTheirs = card.root === person.root && card.device === joining.device && card.agreement === joining.agreement && (await checkCard(ledger, key, card));
    if (!isTheirs) return failure('pairing_failed');
    const admitted = await link.appendRecord(ledger, async (access) => {
      // Let in already, where its first attempt broke off.
      if (roleNow(access.membership, key) !== null) return failure('already_joined');
      return access.current ? success(await makeDevice(access, access.device, { key, card }, shell.randomBytes)) : failure('key_missing');
    });
    return admitted.ok || admitted.code === 'already_joined' ? success(null) : admitted;
  }

  async function come({ seed, relay }: Invite, language: 'en' | 'zh-CN', conversation: Conversation, mine: number): Promise<Ending> {
    const mailbox = await openMailbox(seed, shell.randomBytes);
    const greeting = await wait(mailbox, conversation, 'greeting', mine);
    if (!greeting.ok) return greeting;
    const deviceName = keyring.get().device.name;
    const nonce = new Uint8Array(shell.randomBytes(16));
    const answered = await mailbox.leave(conversation, 'answer', { ...ownKeys(), nonce, deviceName }, CODE_LIFETIME);
    if (!answered.ok) return answered;
    show({ state: 'compare', words: toWords({ seed, nonce, present: greeting.value, joining: ownKeys() }) });
    // Or whoever has the link, and compares nothing, could make this device their own.
    if (!(await untilConfirmed(mine))) return failure('pairing_failed');
    const welcomed = await wait(mailbox, conversation, 'welcome', mine);
    if (!welcomed.ok) return welcomed;
    show({ state: 'finishing' });
    const { root, name, certificate, recovery, personal: ledger } = welcomed.value;
    const isOurs = (await isDeviceCertified(root, ownKeys(), certificate)) && (await isRecoveryCertified(root, recovery.agreement, recovery.certificate));
    if (!isOurs) return failure('pairing_failed');
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    keyring.update((keys) => ({
      ...keys,
      identity: {
        entropy: null, phraseWritten: false, root, certificate: hex(certificate), recovery: { agreement: recovery.agreement, certificate: hex(recovery.certificate) }, personal: ledger,
      },
      relay: { ...keys.relay, url: keys.relay.url ?? relay },
    }));
    const entry = await self.asNewcomer(ledger, { name, deviceName, person: root.slice(0, 32) });
    const left = await mailbox.leave(conversation, 'entry', entry, CODE_LIFETIME);
    if (!left.ok) return left;
    keyring.addLedger(ledger);
    await link.follow();
    // Open as soon as the other device has let us in.
    for (; !link.access(ledger) && mine === round && shell.now() < deadline; await pause()) link.kick(ledger);
    if (!link.access(ledger)) return failure('pairing_failed');
    keyring.update((keys) => ({ ...keys, person: { name, language } }));
    publish('profile', 'people', 'ledgers');
    // All of the personal ledger may have come before there was anybody to look.
    ground.companion().look();
    return success(null);
  }

  function cancel(): void {
    begin();
    publish('pairing');
  }
  ground.onClose(cancel);

  return {
    view: () => view,
    async give() {
      const relay = keyring.get().relay.url;
      const ledger = personal.ledger();
      if (relay === null) return failure('relay_not_set');
      if (ledger === undefined || !(await self.person())) return failure('phrase_forgotten');
      const invite: Invite = { kind: 'device', relay, ledger, seed: shell.randomBytes(32), name: keyring.get().person?.name ?? '' };
      const code = await leaveInvite(errand, invite);
      if (!code.ok) return code;
      begin();
      show({ state: 'waiting', side: 'giving', link: encodeInvite(invite), code: code.value, expires: deadline });
      run(relay, 'giving', (conversation, mine) => welcome(invite.seed, conversation, mine));
      return success(null);
    },
    async join({ invite: text, relay, language }) {
      if (keyring.get().person) return failure('already_set_up');
      if (relay !== null && !isRelayUrl(relay)) return failure('relay_url_invalid');
      const code = isInviteLink(text) ? undefined : parseCode(text);
      if (code && !code.ok) return code;
      if (code && relay === null) return failure('relay_not_set');
      const invite = code && relay !== null ? await takeInvite(errand, relay, text) : parseInvite(text);
      if (!invite.ok) return invite;
      if (invite.value.kind !== 'device') return failure('invite_invalid');
      begin();
      show({ state: 'waiting', side: 'joining' });
      run(invite.value.relay, 'joining', (conversation, mine) => come(invite.value, language, conversation, mine));
      return success(null);
    },
    confirm() {
      if (view.state !== 'compare' || view.confirmed) return failure('pairing_none');
      show({ confirmed: true });
      wake();
      return success(null);
    },
    cancel,
  };
}
