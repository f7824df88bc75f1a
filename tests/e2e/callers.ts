/** People who call each other: each in a browser of their own, with a tone for a voice, and a relay with a real media router. */
import { chromium, test as base, type BrowserContextOptions, type Page } from '@playwright/test';
import type { types } from 'mediasoup';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Client } from '#contract/client.ts';
import { createRelayServer, type RelayServer } from '#relay/server.ts';
import { findWorker } from '#relay/sfu/worker-binary.ts';
import { becomeContacts, setUp, valueOf } from '#tests/people.ts';
import { withProfile } from '#tests/profile.ts';
import { chromiumLaunchOptions } from './chromium.ts';
import { startHost } from './host.ts';
import { writeTone } from './tone.ts';

export { expect } from '@playwright/test';

export interface Caller {
  readonly name: string;
  readonly page: Page;
  readonly hertz: number;
  /** Takes the core away as a power cut would. */
  killCore(): Promise<void>;
}

interface CallerOptions {
  browser?: BrowserContextOptions;
  language?: 'en' | 'zh-CN';
  /** Before the page is opened. */
  onPage?(page: Page): Promise<void>;
}

interface PairOptions {
  ann?: CallerOptions;
  ben?: CallerOptions;
  before?(ann: Client, ben: Client): Promise<void>;
}

export interface CallRelay {
  readonly url: string;
  readonly server: RelayServer;
  /** Payloads of packets of sound as the media router has them. */
  readonly payloads: Buffer[];
}

/** Loopback is the only interface of many test machines; the tones come from files; nobody has to click for sound. */
export const flags = (tone: string): string[] => [
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${tone}`,
  '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required',
];

/** What can be seen of a packet of sound in the router (RFC 3550, 5.1): all after its header. */
function payloadOf(packet: Buffer): Buffer {
  const first = packet[0] ?? 0;
  const fixed = 12 + 4 * (first & 15);
  const start = (first >> 4) & 1 ? fixed + 4 + 4 * packet.readUInt16BE(fixed + 2) : fixed;
  return packet.subarray(start);
}

async function tap(producer: types.Producer, router: types.Router, payloads: Buffer[]): Promise<void> {
  const direct = await router.createDirectTransport();
  const consumer = await direct.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
  consumer.on('rtp', (packet) => void (payloads.length < 500 && payloads.push(Buffer.from(payloadOf(packet)))));
}

interface Fixtures {
  folder: string;
  relay: CallRelay;
  /** Ann and Ben are contacts, in profiles of their own in the folder that nobody has open. */
  befriend: (options?: PairOptions) => Promise<void>;
  /** Two who are contacts, in their browsers. Ann's voice is 440 Hz, Ben's 1000 Hz. */
  pair: (options?: PairOptions) => Promise<{ ann: Caller; ben: Caller }>;
  caller: (name: string, hertz: number, options?: CallerOptions) => Promise<Caller>;
}

export const worker = findWorker();
export const NO_WORKER = 'there is no mediasoup-worker here (node scripts/mediasoup-worker.mjs makes one, or say where it is in MEDIASOUP_WORKER_BIN)';

export const test = base.extend<Fixtures>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'tallystick-call-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  },
  relay: async ({ folder }, use) => {
    const payloads: Buffer[] = [];
    const server = await createRelayServer({
      host: '127.0.0.1', port: 0, data: join(folder, 'relay.sqlite'), logger: pino({ level: 'silent' }),
      calls: { isHere: true, listen: '127.0.0.1', port: 0, onProducer: (producer, router) => void tap(producer, router, payloads) },
    });
    await use({ url: `ws://127.0.0.1:${server.port}`, server, payloads });
    await server.close();
  },
  caller: async ({ folder, contextOptions }, use) => {
    const closers: (() => Promise<void>)[] = [];
    await use(async (name, hertz, options = {}) => {
      const tone = join(folder, `${name}.wav`);
      await writeTone(tone, hertz);
      const { args = [], ...launch } = chromiumLaunchOptions();
      const browser = await chromium.launch({ ...launch, args: [...args, ...flags(tone)] });
      const host = await startHost(join(folder, name));
      closers.push(() => browser.close(), () => host.stop());
      const context = await browser.newContext({ ...contextOptions, locale: 'en-GB', timezoneId: 'UTC', ...options.browser });
      const page = await context.newPage();
      await options.onPage?.(page);
      await page.goto(host.url);
      return { name, page, hertz, killCore: host.kill };
    });
    for (const close of closers) await close();
  },
  befriend: async ({ folder, relay }, use) => {
    await use(async ({ ann = {}, ben = {}, before } = {}) => {
      await withProfile(join(folder, 'Ann'), 'Ann', (annClient) =>
        withProfile(join(folder, 'Ben'), 'Ben', async (benClient) => {
          await setUp(annClient, 'Ann', { relay: relay.url, language: ann.language ?? 'en' });
          await setUp(benClient, 'Ben', { relay: relay.url, language: ben.language ?? 'en' });
          valueOf(await annClient.call('identity.update', { realName: 'Anna Müller', showRealName: true }));
          await becomeContacts(annClient, benClient);
          await before?.(annClient, benClient);
        }));
    });
  },
  pair: async ({ befriend, caller }, use) => {
    await use(async (options = {}) => {
      await befriend(options);
      const { ann = {}, ben = {} } = options;
      return { ann: await caller('Ann', 440, ann), ben: await caller('Ben', 1_000, ben) };
    });
  },
});

/** Skips the tests of a file where there is no worker, and prints why: a hook of theirs would be skipped with them. */
export function needWorker(what: string): void {
  test.skip(worker === null, `not run: ${NO_WORKER}`);
  if (worker === null) process.stderr.write(`Not run: ${what}; ${NO_WORKER}.\n`);
}
