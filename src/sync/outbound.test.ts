import { beforeEach, describe, expect, it } from 'vitest';
import { failure, success, type Result } from '#domain/result.ts';
import type { Conversation } from './conversation.ts';
import { openDeviceKey, openLedgerKeys, type DeviceKey, type LedgerKeys } from './keys.ts';
import { createOutbound } from './outbound.ts';
import type { ClientMessage, RelayMessage } from './protocol/messages.ts';
import { createRepo } from './repo.ts';
import { sampleEntry, sampleId } from './sample.ts';
import { createMemoryStore } from './store.memory.ts';

type Append = Extract<ClientMessage, { type: 'append' }>;
type Appended = Extract<RelayMessage, { type: 'appended' }>;
const MUCH = 10_000_000;

let device: DeviceKey;
let keys: LedgerKeys;
beforeEach(async () => {
  device = await openDeviceKey(new Uint8Array(32).fill(1));
  keys = await openLedgerKeys(new Uint8Array(32).fill(2));
});

/** A device with so many entries to send, and a relay that answers as it is told. */
async function setUp(entries: number, answer: (frames: { document: string; frame: string; seq: number }[]) => Result<Omit<Appended, 'type' | 'id'>, never> | ReturnType<typeof failure<'relay_full'>>) {
  const store = createMemoryStore();
  let salt = 0;
  const randomBytes = (length: number) => new Uint8Array(length).fill(++salt);
  const repo = createRepo({ store, deviceId: device.deviceId, randomBytes, newId: () => sampleId(`document ${++salt}`), pause: async () => {} });
  await repo.write(keys.ledger, Array.from({ length: entries }, (_, index) => sampleEntry(`entry ${index}`, { device: device.deviceId })));
  const sent: Uint8Array[][] = [];
  const conversation = {
    async request(message: Omit<Append, 'id'>) {
      sent.push(message.frames);
      const waiting = await store.waitingFrames(keys.ledger, MUCH);
      if (!waiting.ok) throw new Error(waiting.code);
      const frames = waiting.value.filter(({ bytes }) => message.frames.includes(bytes)).map(({ document, frame }, index) => ({ document, frame, seq: index + 1 }));
      const answered = answer(frames);
      return answered.ok ? success({ type: 'appended', id: 1, ...answered.value }) : answered;
    },
  } as Pick<Conversation, 'request'>;
  const outbound = createOutbound({
    keys, device, store, conversation, randomBytes,
    inbound: { acknowledge: async (stored) => store.commitAcknowledged(keys.ledger, stored, null) },
  });
  const waiting = async () => {
    const frames = await store.waitingFrames(keys.ledger, MUCH);
    return frames.ok ? frames.value.map(({ frame }) => frame) : [];
  };
  return { store, outbound, sent, waiting };
}

describe('sending', () => {
  it('sends nothing when there is nothing', async () => {
    const { outbound, sent } = await setUp(0, () => success({ stored: [], refused: [] }));
    expect(await outbound.step()).toEqual({ ok: true, value: false });
    expect(sent).toEqual([]);
  });

  it('packs many changes into few frames', async () => {
    const { outbound, sent, waiting } = await setUp(2_000, (stored) => success({ stored, refused: [] }));
    while ((await outbound.step()).ok && (await waiting()).length > 0);
    expect(sent.flat().length).toBeLessThan(15);
    expect(await waiting()).toEqual([]);
  });

  it('sends exactly the same bytes again after a failure', async () => {
    let isFull = true;
    const { outbound, sent, waiting } = await setUp(3, (stored) => (isFull ? failure('relay_full') : success({ stored, refused: [] })));
    expect(await outbound.step()).toEqual({ ok: false, code: 'relay_full' });
    expect(await waiting()).toHaveLength(1);
    isFull = false;
    expect(await outbound.step()).toEqual({ ok: true, value: true });
    expect(sent[1]).toEqual(sent[0]);
    expect(await waiting()).toEqual([]);
  });

  it('a frame refused for what it is stays, says why and holds up no other', async () => {
    const { outbound, waiting } = await setUp(2_000, (frames) => success({
      stored: frames.filter(({ seq }) => seq !== 1), refused: frames.filter(({ seq }) => seq === 1).map(({ frame }) => ({ frame, reason: 'frame_too_large' as const })),
    }));
    expect(await outbound.step()).toEqual({ ok: true, value: true });
    const [refused] = await waiting();
    expect(outbound.leftOver()).toBe('frame_too_large');
    for (let step = 0; step < 20; step += 1) await outbound.step();
    expect(await waiting()).toContain(refused);
    expect(await outbound.step()).toEqual({ ok: true, value: false });
  });

  it.each<[string, (frames: { document: string; frame: string; seq: number }[]) => Omit<Appended, 'type' | 'id'>]>([
    ['of no frame', () => ({ stored: [], refused: [] })],
    ['of a frame nobody sent', () => ({ stored: [{ document: sampleId('x'), frame: sampleId('y'), seq: 1 }], refused: [] })],
    ['of another document', (frames) => ({ stored: frames.map((one) => ({ ...one, document: sampleId('x') })), refused: [] })],
    ['that refuses what nobody sent', (frames) => ({ stored: [], refused: frames.map(() => ({ frame: sampleId('y'), reason: 'quota' as const })) })],
  ])('an answer %s is nonsense, and loses nothing', async (_, answer) => {
    const { outbound, waiting } = await setUp(1, (frames) => success(answer(frames)));
    expect(await outbound.step()).toEqual({ ok: false, code: 'relay_nonsense' });
    expect(await waiting()).toHaveLength(1);
  });
});
