import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBareCommits } from './bare-sqlite.ts';
import { benchChatScreen } from './chat-screen.ts';
import { measure, percentile, report, reportAlone } from './figure.ts';
import { fillChat } from './fill-chat.ts';
import { openCore } from './open-core.ts';

const MESSAGES = 20_000;
const newId = (): string => randomBytes(16).toString('hex');

async function benchCore(profile: string, ledger: string, folder: string): Promise<void> {
  const last = { ledger, about: null, offset: MESSAGES - 100, limit: 100 };
  const opens: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const core = await openCore(profile);
    await core.look('ledgers.list', {});
    const [open = 0] = await measure(1, () => core.look('chat.page', last));
    opens.push(open);
    await core.close();
  }
  report('core: first page of a chat of 20 000 messages after a start, worst of 5', Math.max(...opens), 'ms', '20 000 messages open in <= 200 ms', 200);

  const core = await openCore(profile);
  const offsets = Array.from({ length: 200 }, (_, index) => Math.floor((index / 200) * (MESSAGES - 50)));
  const pages = await measure(offsets.length, (index) => core.look('chat.page', { ledger, about: null, offset: offsets[index] ?? 0, limit: 50 }));
  report('page of 50 messages anywhere, p95', percentile(pages, 0.95), 'ms', 'a page <= 5 ms', 5);
  const lists = await measure(50, () => core.look('chat.list', {}));
  report('list of chats, p95', percentile(lists, 0.95), 'ms', 'a page <= 5 ms', 5);
  const words = ['dinner', 'din', '晚饭', 'rent tom', 'cat food', 'zzz', '明天', 'p'];
  const searches = await measure(80, (index) => core.ask('entries.search', { text: words[index % words.length] ?? '', limit: 20 }));
  report('search in 20 000 messages, p95', percentile(searches, 0.95), 'ms', 'found by the search that finds entries, <= 20 ms', 20);

  const send = () => core.ask('chat.send', { ledger, about: null, message: newId(), text: 'Who pays for dinner?' });
  await measure(50, send);
  // A screen is looking: its messages and its list of chats are on the wire before the reply.
  const stops = [core.client.watch('chat.page', last, () => undefined), core.client.watch('chat.list', {}, () => undefined)];
  const sends = await measure(200, send);
  for (const stop of stops) stop();
  const { row } = await measureBareCommits(join(folder, 'bare.db'), 1_000);
  reportAlone('send a message, durable and in the view, beside a durable commit of one row', percentile(sends, 0.5), 'ms', row);
  await core.close();
}

/** The speed of a chat of 20 000 messages, in the core and on the screen. */
export async function benchChat(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  try {
    const profile = join(folder, 'profile');
    const core = await openCore(profile);
    await core.ask('profile.setUp', { name: 'Ann', language: 'en' });
    const { ledger } = await core.ask('ledgers.create', { name: 'Flat', template: 'roommates', currency: 'EUR', people: ['Ben'] });
    await core.close();
    const [took = 0] = await measure(1, () => fillChat(profile, ledger, MESSAGES));
    reportAlone('20 000 messages written and shown', took / 1_000, 's');
    await benchCore(profile, ledger, folder);
    await benchChatScreen(profile, ledger);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
