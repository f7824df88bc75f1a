import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAsk, toHex } from '#native/apdu.ts';
import type { CardChannel } from '#native/reader.ts';
import type { SimulatedCard } from '#native/simulated/card.ts';
import { holdCard } from '#native/simulated/channel.ts';
import { createNtag424Card } from '#native/simulated/ntag424-card.ts';
import { authenticate, selectNtag424 } from './commands.ts';
import { ISSUE_STEPS, issueCard, type IssueJournal, type IssueRecord } from './issue.ts';
import { createIssuer } from './issuer.ts';
import { proveCard } from './prove.ts';

const issuer = createIssuer(Buffer.alloc(16, 0x11));
const stranger = createIssuer(Buffer.alloc(16, 0x22));

function createJournal(): IssueJournal & { records: Map<string, IssueRecord>; history: string[] } {
  const records = new Map<string, IssueRecord>();
  const history: string[] = [];
  return {
    records,
    history,
    find: (uid) => Promise.resolve(records.get(uid) ?? null),
    record(entry) {
      records.set(entry.uid, entry);
      history.push(`${entry.phase} ${entry.previous}->${entry.version}`);
      return Promise.resolve(true);
    },
  };
}
const versionIn = (journal: ReturnType<typeof createJournal>) => (uid: string) => {
  const known = journal.records.get(uid);
  return known?.phase === 'confirmed' ? known.version : null;
};
const issue = (card: SimulatedCard, journal: IssueJournal, more: { reissue?: boolean } = {}) => issueCard(holdCard(card), { issuer, journal, randomBytes, ...more });
const prove = (channel: CardChannel, journal: ReturnType<typeof createJournal>) => proveCard(channel, { issuer, versionOf: versionIn(journal), randomBytes });

async function createIssued(deps: { failureLimit?: number } = {}) {
  const card = createNtag424Card({ randomBytes, ...deps });
  const journal = createJournal();
  expect(await issue(card, journal)).toEqual({ ok: true, value: { uid: card.uid, version: 1 } });
  return { card, journal };
}

describe('a proof', () => {
  it('takes six commands and says which card it is', async () => {
    const { card, journal } = await createIssued();
    const before = card.commands;
    expect(await prove(holdCard(card), journal)).toEqual({ ok: true, value: { uid: card.uid } });
    expect(card.commands - before).toBe(6);
    expect(card.failures).toBe(0);
  });
  it('tries no key on the card of another issuer', async () => {
    const { card } = await createIssued();
    const outcome = await proveCard(holdCard(card), { issuer: stranger, versionOf: () => 1, randomBytes });
    expect(outcome).toEqual({ ok: false, code: 'wrong_issuer' });
    expect(card.failures).toBe(0);
  });
  it.each([
    ['a card nobody recorded', () => null],
    ['a card recorded with other keys', () => 2],
  ])('tries no key on %s', async (_, versionOf) => {
    const { card } = await createIssued();
    expect(await proveCard(holdCard(card), { issuer, versionOf, randomBytes })).toEqual({ ok: false, code: 'wrong_issuer' });
    expect(card.failures).toBe(0);
  });
  it('tries no key on a blank card', async () => {
    const card = createNtag424Card({ randomBytes });
    expect(await prove(holdCard(card), createJournal())).toEqual({ ok: false, code: 'wrong_issuer' });
    expect(card.failures).toBe(0);
  });
  it('is not given by another kind of card', async () => {
    const bank: SimulatedCard = { uid: '01020304050607', powerOn: () => undefined, answer: () => Buffer.from('6A82', 'hex') };
    expect(await prove(holdCard(bank), createJournal())).toEqual({ ok: false, code: 'card_unknown' });
  });
  it('is not given by a copy of what everybody can read', async () => {
    const { card, journal } = await createIssued();
    // The copy was made once, and shows the message to whoever asks; the challenge it can only guess.
    const read: Uint8Array[] = [];
    const skim = holdCard({ ...card, answer: (command) => card.answer(command) });
    for (const command of ['00A4040C07D276000085010100', '00A4000C02E104', '00B000004E']) {
      const answer = await skim.transmit(Buffer.from(command, 'hex'));
      if (answer.ok) read.push(answer.value);
    }
    const copy: SimulatedCard = {
      uid: card.uid,
      powerOn: () => undefined,
      answer: (command) => read.shift() ?? (command[1] === 0x71 ? Buffer.concat([randomBytes(16), Buffer.from('91AF', 'hex')]) : Buffer.concat([randomBytes(32), Buffer.from('9100', 'hex')])),
    };
    expect(read).toHaveLength(3);
    expect(await prove(holdCard(copy), journal)).toEqual({ ok: false, code: 'not_genuine' });
  });
  it('is refused by a card that saw too many wrong keys', async () => {
    const { card, journal } = await createIssued({ failureLimit: 2 });
    const channel = holdCard(card);
    const ask = createAsk(channel);
    await selectNtag424(ask);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await authenticate(ask, 3, Buffer.alloc(16, 0x77), randomBytes)).toEqual({ ok: false, code: 'key_refused' });
    }
    expect(await prove(channel, journal)).toEqual({ ok: false, code: 'too_many_failures' });
  });
  it('is not damaged by nonsense', async () => {
    const { journal } = await createIssued();
    for (let length = 0; length < 40; length += 1) {
      const noise: SimulatedCard = { uid: '', powerOn: () => undefined, answer: () => randomBytes(length) };
      const outcome = await prove(holdCard(noise), journal);
      expect(outcome.ok).toBe(false);
    }
  });
  it('ends where its time is over', async () => {
    const { card, journal } = await createIssued();
    const over = AbortSignal.abort();
    expect(await proveCard(holdCard(card), { issuer, versionOf: versionIn(journal), randomBytes, signal: over })).toEqual({ ok: false, code: 'cancelled' });
  });
  it.each(Array.from({ length: 6 }, (_, index) => index))('torn away at command %i is no proof, and the next one is', async (index) => {
    const { card, journal } = await createIssued();
    for (const when of ['before', 'after'] as const) {
      card.tearAt(index, when);
      expect(await prove(holdCard(card), journal)).toEqual({ ok: false, code: 'card_left' });
      expect(await prove(holdCard(card), journal)).toEqual({ ok: true, value: { uid: card.uid } });
    }
  });
});

describe('issuing', () => {
  it('records what it intends before it writes, and the end when the card has proved itself', async () => {
    const { card, journal } = await createIssued();
    expect(journal.history).toEqual(['writing 0->1', 'locking 0->1', 'confirmed 0->1']);
    expect(card.versions).toEqual([1, 1, 1, 1, 1]);
    expect(card.failures).toBe(0);
  });
  it('says how far it is', async () => {
    const steps: number[] = [];
    await issueCard(holdCard(createNtag424Card({ randomBytes })), { issuer, journal: createJournal(), randomBytes, onProgress: (step) => steps.push(step) });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(steps.at(-1)).toBe(ISSUE_STEPS);
  });
  it('ends well wherever the card is torn away, and never tries a key it does not know to be right or recorded', async () => {
    const clean = createNtag424Card({ randomBytes });
    await issue(clean, createJournal());
    expect(clean.commands).toBeGreaterThan(20);
    for (let index = 0; index < clean.commands; index += 1) {
      for (const when of ['before', 'after'] as const) {
        const card = createNtag424Card({ randomBytes });
        const journal = createJournal();
        card.tearAt(index, when);
        const torn = await issue(card, journal);
        expect({ index, when, torn }).toEqual({ index, when, torn: { ok: false, code: 'card_left' } });
        const resumed = await issue(card, journal);
        expect({ index, when, resumed }).toEqual({ index, when, resumed: { ok: true, value: { uid: card.uid, version: 1 } } });
        expect(card.versions).toEqual([1, 1, 1, 1, 1]);
        // Only where the last key may be the old or the new one, one wrong attempt can be; proofs have made up for it.
        expect(card.failures).toBe(0);
        expect((await prove(holdCard(card), journal)).ok).toBe(true);
      }
    }
  });
  it('ends well for a card that is torn away again and again', async () => {
    const card = createNtag424Card({ randomBytes });
    const journal = createJournal();
    let attempts = 0;
    for (let outcome = await tear(0); !outcome.ok; outcome = await tear(attempts)) {
      expect(outcome.code).toBe('card_left');
      attempts += 1;
      expect(attempts).toBeLessThan(100);
    }
    function tear(index: number) {
      card.tearAt(index, index % 2 === 0 ? 'before' : 'after');
      return issue(card, journal);
    }
    card.tearAt(Number.MAX_SAFE_INTEGER, 'before');
    expect((await prove(holdCard(card), journal)).ok).toBe(true);
  });
  it('writes nothing that could not be recorded', async () => {
    const card = createNtag424Card({ randomBytes });
    const full: IssueJournal = { find: () => Promise.resolve(null), record: () => Promise.resolve(false) };
    expect(await issue(card, full)).toEqual({ ok: false, code: 'not_recorded' });
    expect(card.versions).toEqual([0, 0, 0, 0, 0]);
    expect((await issue(card, createJournal())).ok).toBe(true);
  });
  it('does not lock a card where that could not be recorded', async () => {
    const card = createNtag424Card({ randomBytes });
    const journal = createJournal();
    const full: IssueJournal = { ...journal, record: (entry) => (entry.phase === 'locking' ? Promise.resolve(false) : journal.record(entry)) };
    expect(await issue(card, full)).toEqual({ ok: false, code: 'not_recorded' });
    expect(card.versions[0]).toBe(0);
    expect((await issue(card, journal)).ok).toBe(true);
  });
  it("leaves another issuer's card as it is, without a key tried", async () => {
    const { card } = await createIssued();
    const journal = createJournal();
    const outcome = await issueCard(holdCard(card), { issuer: stranger, journal, randomBytes });
    expect(outcome).toEqual({ ok: false, code: 'card_foreign' });
    expect(journal.history).toEqual([]);
    expect(card.failures).toBe(0);
  });
  it('tries once at a card that looks blank and is locked, and records nothing', async () => {
    const card = createNtag424Card({ randomBytes });
    const locked: SimulatedCard = { ...card, answer: (command) => (command[1] === 0xaf && command.length > 10 ? Buffer.from('91AE', 'hex') : card.answer(command)) };
    const journal = createJournal();
    expect(await issue(locked, journal)).toEqual({ ok: false, code: 'card_foreign' });
    expect(journal.history).toEqual([]);
  });
  it('does not touch another kind of card', async () => {
    const card = createNtag424Card({ randomBytes });
    const older: SimulatedCard = {
      ...card,
      answer(command) {
        const answer = card.answer(command);
        return answer && toHex(answer).startsWith('04040230001105') ? Buffer.from('0408023000110591AF', 'hex') : answer;
      },
    };
    const journal = createJournal();
    expect(await issue(older, journal)).toEqual({ ok: false, code: 'card_unsuitable' });
    expect(journal.history).toEqual([]);
  });
  it('issues a card again only when asked, with new keys', async () => {
    const { card, journal } = await createIssued();
    expect(await issue(card, journal)).toEqual({ ok: false, code: 'already_issued' });
    expect(await issue(card, journal, { reissue: true })).toEqual({ ok: true, value: { uid: card.uid, version: 2 } });
    expect(card.versions).toEqual([2, 2, 2, 2, 2]);
    expect(await proveCard(holdCard(card), { issuer, versionOf: () => 1, randomBytes })).toEqual({ ok: false, code: 'wrong_issuer' });
    expect((await prove(holdCard(card), journal)).ok).toBe(true);
  });
});
