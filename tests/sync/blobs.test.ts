// Loaded before simulated time begins, which does not wait for it.
import '@automerge/automerge';
import { describe, expect, it } from 'vitest';
import { downloadBlob, dropBlob, sealBlob, uploadBlob, type SealedBlob } from '#sync/blobs.ts';
import { isSameBytes } from '#sync/protocol/bytes.ts';
import { encodeMessage, parseClientMessage, parseRelayMessage } from '#sync/protocol/messages.ts';
import { createWorld, type Device, type World } from './world.ts';
import type { Tampering } from './relay.ts';

const HOUR = 60 * 60_000;
const depsOf = ({ session }: Device) => ({ session, patience: 60_000 });

async function setUp(size = 2_000_000) {
  const tampering: Tampering = {};
  const world = await createWorld(21, tampering);
  world.relay.start();
  const ada = await world.addDevice('Ada');
  const bo = await world.addDevice('Bo');
  const looker = await world.addDevice('Cy', 'viewer');
  const bytes = new Uint8Array(size).map((_, index) => (index * 7) % 251);
  const sealed = await sealBlob(bytes, { name: 'Receipt', type: 'image/png' }, world.scheduler.randomBytes);
  if (!sealed.ok) throw new Error(sealed.code);
  return { ...world, ada, bo, looker, bytes, blob: sealed.value, tampering };
}
const upload = (world: World, device: Device, blob: SealedBlob) => world.during(uploadBlob(depsOf(device), world.ledger, blob), HOUR);
const download = (world: World, device: Device, { reference }: SealedBlob, held?: Map<number, Uint8Array>) => world.during(downloadBlob(depsOf(device), world.ledger, reference, held), HOUR);

/** How often each chunk went over the wire. */
function countPuts(tampering: Tampering): Map<number, number> {
  const puts = new Map<number, number>();
  tampering.fromDevice = (bytes) => {
    const message = parseClientMessage(bytes);
    if (message.ok && message.value.type === 'blobPut') puts.set(message.value.chunk, (puts.get(message.value.chunk) ?? 0) + 1);
    return bytes;
  };
  return puts;
}

describe('an attachment at the relay', () => {
  it('is there for every member, and not twice', async () => {
    const world = await setUp();
    const puts = countPuts(world.tampering);
    expect(await upload(world, world.ada, world.blob)).toEqual({ ok: true, value: undefined });
    for (const reader of [world.bo, world.looker]) {
      const outcome = await download(world, reader, world.blob);
      expect(outcome?.ok && isSameBytes(outcome.value, world.bytes)).toBe(true);
    }
    expect(await upload(world, world.bo, world.blob)).toMatchObject({ ok: true });
    expect([...puts.values()]).toEqual(world.blob.chunks.map(() => 1));
    // The relay has padded, sealed bytes.
    const stored = world.relay.store!.database.prepare<[], Buffer>('SELECT bytes FROM chunk').pluck().all();
    expect(stored).toHaveLength(world.blob.chunks.length);
    expect(stored.some((chunk) => chunk.includes(Buffer.from(world.bytes.subarray(0, 32))))).toBe(false);
  });

  it('goes on where it was, there and back, however often the connection breaks', async () => {
    const world = await setUp();
    const puts = countPuts(world.tampering);
    let count = 0;
    const passOn = world.tampering.fromDevice!;
    world.tampering.fromDevice = (bytes, connection) => {
      const message = parseClientMessage(bytes);
      if (message.ok && ['blobPut', 'blobGet'].includes(message.value.type)) count += 1;
      if (count === 3) {
        count = 0;
        world.network.cutAll();
      }
      return passOn(bytes, connection);
    };
    expect(await upload(world, world.ada, world.blob)).toMatchObject({ ok: true });
    expect([...puts.values()].every((times) => times <= 2)).toBe(true);
    const held = new Map<number, Uint8Array>();
    const outcome = await download(world, world.bo, world.blob, held);
    expect(outcome?.ok && isSameBytes(outcome.value, world.bytes)).toBe(true);
    expect(held.size).toBe(world.blob.chunks.length);
    expect(world.bugs).toEqual([]);
  });

  it('is left for later when the relay is away, and goes on then', async () => {
    const world = await setUp();
    let sent = 0;
    world.tampering.fromDevice = (bytes) => {
      const message = parseClientMessage(bytes);
      if (message.ok && message.value.type === 'blobPut' && ++sent === 3) world.relay.stop();
      return bytes;
    };
    expect(await upload(world, world.ada, world.blob)).toMatchObject({ ok: false, code: 'relay_away' });
    world.relay.start(world.relay.stop());
    const puts = countPuts(world.tampering);
    expect(await upload(world, world.ada, world.blob)).toMatchObject({ ok: true });
    expect(puts.has(0)).toBe(false);
  });

  it('that is not there, or not whole, is not found', async () => {
    const world = await setUp();
    expect(await download(world, world.bo, world.blob)).toMatchObject({ ok: false, code: 'not_found' });
    await upload(world, world.ada, { ...world.blob, chunks: world.blob.chunks });
    expect(await world.during(dropBlob(depsOf(world.bo), world.ledger, world.blob.reference), HOUR)).toMatchObject({ ok: true });
    expect(await download(world, world.bo, world.blob)).toMatchObject({ ok: false, code: 'not_found' });
  });

  it('is brought and dropped by those who may write, only', async () => {
    const world = await setUp();
    expect(await upload(world, world.looker, world.blob)).toMatchObject({ ok: false, code: 'role_forbids' });
    await upload(world, world.ada, world.blob);
    expect(await world.during(dropBlob(depsOf(world.looker), world.ledger, world.blob.reference), HOUR)).toMatchObject({ ok: false, code: 'role_forbids' });
  });

  it('that the relay, or a member, has exchanged is noticed; the true one is taken when it is there again', async () => {
    const world = await setUp();
    await upload(world, world.ada, world.blob);
    world.tampering.toDevice = (bytes) => {
      const message = parseRelayMessage(bytes);
      if (!message.ok || message.value.type !== 'blobChunk') return bytes;
      return encodeMessage({ ...message.value, bytes: message.value.bytes.with(5, message.value.bytes[5]! ^ 1) });
    };
    const held = new Map<number, Uint8Array>();
    expect(await download(world, world.bo, world.blob, held)).toMatchObject({ ok: false, code: 'blob_broken' });
    delete world.tampering.toDevice;
    expect(await download(world, world.bo, world.blob, held)).toMatchObject({ ok: true });

    const other = await sealBlob(new Uint8Array(world.bytes.length), { name: 'Another', type: 'image/png' }, world.scheduler.randomBytes);
    await world.during(dropBlob(depsOf(world.bo), world.ledger, world.blob.reference), HOUR);
    if (other.ok) await upload(world, world.bo, { ...world.blob, chunks: other.value.chunks });
    expect(await download(world, world.ada, world.blob)).toMatchObject({ ok: false, code: 'blob_broken' });
  });
});
