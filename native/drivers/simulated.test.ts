import { randomBytes } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { readerSuite } from '#native/reader.suite.ts';
import { createReaders } from '#native/readers.ts';
import { createNtag424Card } from '#native/simulated/ntag424-card.ts';
import { systemTimers } from '#native/system-timers.ts';
import { createSimulatedDriver } from './simulated.ts';

const done = Promise.resolve();

readerSuite('simulated', () => {
  const simulated = createSimulatedDriver();
  const reader = simulated.reader();
  return Promise.resolve({
    createDriver: () => simulated.driver,
    place: (card) => (reader.place(card), done),
    remove: () => (reader.remove(), done),
    lose: () => (simulated.stopService(), done),
    bringBack: () => (simulated.startService(), done),
    close: () => done,
  });
});

function open(patience?: number) {
  const simulated = createSimulatedDriver();
  const bugs: unknown[] = [];
  const readers = createReaders({
    drivers: [simulated.driver], timers: systemTimers, now: () => 0, allowVirtual: true, onBug: (error) => bugs.push(error), ...(patience !== undefined && { patience }),
  });
  return { simulated, readers, bugs };
}

it('says that two cards lie there', async () => {
  const { simulated, readers } = open();
  const answers: unknown[] = [];
  readers.onCard(async (channel) => {
    answers.push(await channel.transmit(Buffer.alloc(5)));
    return 'again';
  });
  simulated.reader().placeTwo();
  await vi.waitFor(() => expect(answers).toEqual([{ ok: false, code: 'two_cards' }]));
  await readers.close();
});

it('says that a reader is silent, and forgets it when a card can be read again', async () => {
  const { simulated, readers } = open(20);
  const reader = simulated.reader();
  const answers: unknown[] = [];
  readers.onCard(async (channel) => {
    const answer = await channel.transmit(Buffer.from('00A4040C07D276000085010100', 'hex'));
    answers.push(answer.ok || answer.code);
    return 'again';
  });
  reader.fallSilent();
  reader.place(createNtag424Card({ randomBytes }));
  await vi.waitFor(() => expect(readers.view().readers).toMatchObject([{ state: 'error', reason: 'reader_silent' }]));
  reader.unplug();
  expect(readers.view().readers).toEqual([]);
  reader.plug();
  reader.place(createNtag424Card({ randomBytes }));
  await vi.waitFor(() => expect(answers).toEqual(['reader_silent', true]));
  await vi.waitFor(() => expect(readers.view().readers).toMatchObject([{ state: 'ready', reason: null }]));
  await readers.close();
});

it('reports what a handler threw, and does not offer that card again while it lies there', async () => {
  const { simulated, readers, bugs } = open();
  const off = readers.onCard(() => Promise.reject(new Error('a bug')));
  simulated.reader().place(createNtag424Card({ randomBytes }));
  await vi.waitFor(() => expect(bugs).toEqual([new Error('a bug')]));
  off();
  const offered: string[] = [];
  readers.onCard(({ reader }) => Promise.resolve(offered.push(reader.name) ? 'done' : 'again'));
  simulated.reader('Another').place(createNtag424Card({ randomBytes }));
  await vi.waitFor(() => expect(offered).toEqual(['Another']));
  await readers.close();
});

it('tells every change of the view, until it is not asked to any more', async () => {
  const { simulated, readers } = open();
  const seen: string[] = [];
  const off = readers.onChange(({ drivers, readers: all }) => seen.push(`${drivers[0]?.state} ${all.map(({ state }) => state).join()}`));
  simulated.reader();
  simulated.stopService();
  off();
  simulated.startService();
  // Announced as it starts and when it is ready; then its service stops and it goes.
  expect(seen).toEqual(['on ready', 'off ready', 'off ']);
  await readers.close();
});
