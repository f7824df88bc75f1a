/** Several people, each with a core of their own, and a real relay between them. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type Client } from '#contract/client.ts';
import type { Input, Output } from '#contract/api.ts';
import { openEngine, type Engine } from '#main/engine.ts';
import { openKeyring } from '#main/keyring.ts';
import { createSilentLog } from '#main/log.ts';
import type { Shell } from '#main/shell.ts';
import { createRelayServer, type RelayServer, type RelayServerConfig } from '#relay/server.ts';
import { openDevice } from '#sync/identity/device.ts';
import { setUp, valueOf, viewOf } from '#tests/people.ts';
import { newProfile, openInMemory, removeProfile, testShell, type OpenedCore } from './open.ts';

export interface Somebody {
  profile: string;
  core: OpenedCore;
  client: Client;
}

export interface Company {
  /** The relay's address. */
  address(): string;
  /** A device that nobody has set up yet. */
  device(deviceName: string, lent?: Partial<Shell>): Promise<Somebody>;
  /** Somebody who is set up and uses the relay. */
  person(name: string, lent?: Partial<Shell>): Promise<Somebody>;
  /** Ends the program of this person; `resume` starts it again. */
  leave(somebody: Somebody): Promise<void>;
  resume(somebody: Somebody, lent?: Partial<Shell>): Promise<Somebody>;
  /** Starts the program of somebody who left. */
  reopen(somebody: Somebody): Promise<Somebody>;
  stopRelay(): Promise<void>;
  /** A backup of the stopped relay's database, to be started with. */
  copyRelay(name: string): string;
  /** At the same address; `data`: another database, empty where there is none. */
  startRelay(data?: string): Promise<void>;
  end(): Promise<void>;
}

/** `calls`: whether and how calls go through the relay. */
export async function createCompany(calls?: RelayServerConfig['calls']): Promise<Company> {
  const folder = newProfile();
  const profiles = new Set<string>();
  const everybody = new Set<Somebody>();
  let data = 'relay.sqlite';
  const start = (port: number): Promise<RelayServer> => createRelayServer({ host: '127.0.0.1', port, data: join(folder, data), logger: createSilentLog(), ...(calls && { calls }) });
  let relay = await start(0);
  let isRunning = true;
  const address = (): string => `ws://127.0.0.1:${relay.port}`;

  async function open(profile: string, lent: Partial<Shell> = {}): Promise<Somebody> {
    profiles.add(profile);
    const core = await openInMemory(profile, lent);
    const somebody = { profile, core, client: createClient(await core.connect()) };
    everybody.add(somebody);
    return somebody;
  }
  async function leave(somebody: Somebody): Promise<void> {
    everybody.delete(somebody);
    await somebody.core.close();
  }
  const device = (deviceName: string, lent: Partial<Shell> = {}): Promise<Somebody> => open(newProfile(), { deviceName, ...lent });
  return {
    address, device, leave,
    async person(name, lent) {
      const somebody = await device(`${name}'s laptop`, lent);
      await setUp(somebody.client, name, { relay: address() });
      return somebody;
    },
    async resume(somebody, lent) {
      await leave(somebody);
      return open(somebody.profile, lent);
    },
    reopen: ({ profile }) => open(profile),
    async stopRelay() {
      isRunning = false;
      await relay.close();
    },
    copyRelay(name) {
      copyFileSync(join(folder, data), join(folder, name));
      return name;
    },
    async startRelay(other = data) {
      data = other;
      relay = await start(relay.port);
      isRunning = true;
    },
    async end() {
      await Promise.all([...everybody].map(leave));
      if (isRunning) await relay.close();
      for (const profile of [...profiles, folder]) removeProfile(profile);
    },
  };
}

type Terms = Omit<Input<'sharing.invite'>, 'ledger'>;

/** `guest` comes into a ledger of `host`: as the person of this name, where the book has one; as nobody for null. */
export async function admit(host: Somebody, ledger: string, guest: Somebody, as: string | null, terms: Terms = {}): Promise<Output<'sharing.join'>> {
  const { link } = valueOf(await host.client.call('sharing.invite', { ledger, ...terms }));
  return joinBy(link, guest, as);
}

export async function joinBy(link: string, guest: Somebody, as: string | null): Promise<Output<'sharing.join'>> {
  const preview = valueOf(await guest.client.call('sharing.open', { invite: link }));
  const person = preview.persons.find((one) => one.name === as);
  return valueOf(await guest.client.call('sharing.join', { ticket: preview.ticket, as: person ? { person: person.id } : as === null ? null : { name: as } }));
}

export const setPaused = async ({ client }: Somebody, paused: boolean): Promise<void> => void valueOf(await client.call('sync.setPaused', { paused }));

/** Amounts of the entries that count, the least first. */
export const amountsOf = async ({ client }: Somebody, ledger: string): Promise<number[]> =>
  (await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 100 })).rows.map(({ amount }) => amount).toSorted((a, b) => a - b);

/** Waits until somebody sees these amounts, whatever else comes first. */
export async function untilAmounts({ client }: Somebody, ledger: string, amounts: readonly number[]): Promise<void> {
  await viewOf(client, 'ledgers.get', { ledger }, (view) => view !== null);
  const wanted = JSON.stringify(amounts.toSorted((a, b) => a - b));
  await viewOf(client, 'entries.page', { ledger, offset: 0, limit: 100 }, ({ rows }) => JSON.stringify(rows.map(({ amount }) => amount).toSorted((a, b) => a - b)) === wanted);
}

/** The member of this name, as somebody sees the ledger. */
export async function memberOf({ client }: Somebody, ledger: string, name: string): Promise<Output<'members.get'>['members'][number]> {
  const { members } = await viewOf(client, 'members.get', { ledger }, (view) => view.members.some((one) => one.name === name));
  const found = members.find((one) => one.name === name);
  if (!found) throw new Error(`${name} is no member`);
  return found;
}

/** The working parts of a profile that no core has open, without the checks of its services. */
export async function withEngine<T>(profile: string, work: (engine: Engine) => Promise<T>): Promise<T> {
  const shell = testShell(profile);
  const keyring = openKeyring(profile, { seed: () => shell.randomBytes(32), deviceName: shell.deviceName });
  if (!keyring.ok) throw new Error(keyring.code);
  const device = await openDevice(new Uint8Array(Buffer.from(keyring.value.get().device.seed, 'hex')));
  const engine = openEngine({ shell, keyring: keyring.value, device, publish: () => {}, refusal: () => undefined, onFailure: () => {} });
  if (!engine.ok) throw new Error(engine.code);
  try {
    return await work(engine.value);
  } finally {
    await engine.value.close();
  }
}
