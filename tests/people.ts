/** What people do before a test or the demo begins, done through the contract as a screen would. */
import { setTimeout } from 'node:timers/promises';
import type { Input, Output, WatchName } from '#contract/api.ts';
import type { Client } from '#contract/client.ts';
import type { Reply } from '#contract/rpc.ts';
import { bodyToDraft } from '#domain/entry-rules.ts';
import { createHousehold, type HouseholdOptions } from './household.ts';

/** The value of a reply; throws where the core refused. */
export function valueOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value;
  throw new Error(`refused: ${reply.error.code} ${JSON.stringify(reply.error.details ?? {})}`);
}

/** The first view that is as wanted: waits for it as long as it takes. */
export function viewOf<K extends WatchName>(
  client: Client,
  operation: K,
  input: Input<K>,
  isWanted: (view: Output<K>) => boolean = () => true,
): Promise<Output<K>> {
  return new Promise((resolve, reject) => {
    const stop = client.watch(
      operation,
      input,
      (view) => {
        if (!isWanted(view)) return;
        resolve(view);
        queueMicrotask(() => stop());
      },
      (error) => reject(new Error(`${operation}: ${error.code}`)),
    );
  });
}

/** The first run: a name, a language, and the relay this person uses. */
export async function setUp(client: Client, name: string, options: { relay?: string; language?: 'en' | 'zh-CN' } = {}): Promise<void> {
  valueOf(await client.call('profile.setUp', { name, language: options.language ?? 'en' }));
  if (options.relay) valueOf(await client.call('sync.setRelay', { url: options.relay }));
}

const TOGETHER = 50;

/** A ledger called `name` with me, these others, and a household's entries in it. */
export async function startHousehold(
  client: Client,
  { name, others, ...options }: { name: string; others: readonly string[] } & Omit<HouseholdOptions, 'people'>,
): Promise<{ ledger: string; me: string }> {
  const created = valueOf(await client.call('ledgers.create', { name, template: 'roommates', currency: 'EUR', people: [...others] }));
  const { ledger } = created;
  const view = await viewOf(client, 'ledgers.get', { ledger });
  const people = view?.persons.toSorted((a, b) => Number(b.me) - Number(a.me)).map((person) => person.id) ?? [];
  const entries = createHousehold({ ...options, people });
  for (let start = 0; start < entries.length; start += TOGETHER) {
    const replies = await Promise.all(entries.slice(start, start + TOGETHER).map((one) => client.call('entries.add', { ledger, ...one })));
    replies.forEach(valueOf);
  }
  return created;
}

/** `guest` joins the ledger of `host` by its invite link, as the person of that name, and has everything when this returns. */
export async function joinByLink(host: Client, ledger: string, guest: Client, as: string, role: 'admin' | 'editor' | 'viewer' = 'editor'): Promise<void> {
  const { link } = valueOf(await host.call('sharing.invite', { ledger, role }));
  // The guest is shown who is in the ledger: the relay must have it by then.
  await viewOf(host, 'ledgers.get', { ledger }, (view) => view?.waiting === 0);
  const preview = valueOf(await guest.call('sharing.open', { invite: link }));
  const person = preview.persons.find((one) => one.name === as);
  valueOf(await guest.call('sharing.join', { ticket: preview.ticket, as: person ? { person: person.id } : { name: as } }));
  await untilSame(host, guest, ledger);
}

/** `guest` becomes a contact of `host` by a link; each has the other in their list when this returns. */
export async function becomeContacts(host: Client, guest: Client): Promise<{ guest: string; host: string }> {
  const { link } = valueOf(await host.call('contacts.invite', {}));
  const preview = valueOf(await guest.call('sharing.open', { invite: link }));
  valueOf(await guest.call('sharing.join', { ticket: preview.ticket, as: null }));
  const rootOf = async (client: Client): Promise<string> => {
    const identity = await viewOf(client, 'identity.get', {}, (view) => view !== null);
    return identity?.root ?? '';
  };
  const [hostRoot, guestRoot] = await Promise.all([rootOf(host), rootOf(guest)]);
  await viewOf(host, 'contacts.list', {}, (contacts) => contacts.some(({ root, ledger }) => root === guestRoot && ledger !== null));
  await viewOf(guest, 'contacts.list', {}, (contacts) => contacts.some(({ root, ledger }) => root === hostRoot && ledger !== null));
  return { host: hostRoot, guest: guestRoot };
}

/** Waits until nothing of the ledger waits to be sent on either side and both hold the same. */
export async function untilSame(one: Client, other: Client, ledger: string): Promise<void> {
  for (;;) {
    await Promise.all([one, other].map((client) => viewOf(client, 'ledgers.get', { ledger }, (view) => view?.waiting === 0)));
    const [first, second] = await Promise.all([one, other].map((client) => client.call('ledgers.stateHash', { ledger })));
    if (first?.ok && second?.ok && first.value.hash === second.value.hash) return;
    // Frames are on their way: look again soon, without taking the processor from those who carry them.
    await setTimeout(20);
  }
}

/** Both change the newest entry while neither hears of the other; when this returns, both see that they disagree. */
export async function disagree(one: Client, other: Client, ledger: string): Promise<void> {
  const both = [one, other];
  for (const client of both) valueOf(await client.call('sync.setPaused', { paused: true }));
  const [newest] = (await viewOf(one, 'entries.page', { ledger, offset: 0, limit: 1 })).rows;
  if (!newest) throw new Error('there is no entry to disagree about');
  for (const [index, client] of both.entries()) {
    const entry = await viewOf(client, 'entries.get', { ledger, entry: newest.id });
    if (!entry) throw new Error('the entry is not on both devices');
    const draft = { ...bodyToDraft(entry.body, entry.id), note: `Seen on device ${index + 1}`, date: `2026-11-1${8 + index}` };
    valueOf(await client.call('entries.edit', { ledger, entry: entry.id, prev: entry.current, draft }));
  }
  for (const client of both) valueOf(await client.call('sync.setPaused', { paused: false }));
  await untilSame(one, other, ledger);
}

/** `fresh`, a device without a profile, becomes one more of the person of `present`, who has the words. */
export async function pairDevice(present: Client, fresh: Client): Promise<void> {
  valueOf(await present.call('devices.pair', {}));
  const { link } = await viewOf(present, 'devices.pairing', {}, (view) => view.link !== null);
  valueOf(await fresh.call('devices.join', { invite: link ?? '', relay: null, language: 'en' }));
  const reach = (state: Output<'devices.pairing'>['state']) => Promise.all([present, fresh].map((client) => viewOf(client, 'devices.pairing', {}, (view) => view.state === state)));
  await reach('compare');
  for (const client of [fresh, present]) valueOf(await client.call('devices.confirmPairing', {}));
  await reach('done');
  valueOf(await present.call('devices.cancelPairing', {}));
}
