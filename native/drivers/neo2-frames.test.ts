import { describe, expect, it } from 'vitest';
import { createReplyReader, crc16, decodeReply, encodeCommand, frameToReports } from './neo2-frames.ts';

const TAG = '5669564F746563683200';
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

function encodeReply(command: number, status: number, data: Uint8Array): Buffer {
  const frame = Buffer.concat([Buffer.from(TAG, 'hex'), Buffer.of(command, status, data.length >> 8, data.length & 0xff), data]);
  const crc = Buffer.alloc(2);
  crc.writeUInt16BE(crc16(frame));
  return Buffer.concat([frame, crc]);
}

describe('frames of NEO 2 readers', () => {
  it.each([
    ['ping', 0x18, 0x01, '', '18010000B3CD'],
    ['begin to pass through', 0x2c, 0x01, '01', '2C010001011D19'],
    ['wait two seconds for a card', 0x2c, 0x02, '00C8', '2C02000200C8066B'],
    ['a command of another group', 0x61, 0x17, '', '61170000728D'],
  ])('are as published: %s', (_, command, sub, data, expected) => {
    expect(hex(encodeCommand(command, sub, Buffer.from(data, 'hex')))).toBe(TAG + expected);
  });
  it('are understood as published, with padding behind them', () => {
    expect(decodeReply(Buffer.from(`${TAG}18000000FA83${'00'.repeat(47)}`, 'hex'))).toEqual({ command: 0x18, status: 0, data: Buffer.alloc(0) });
  });
  it('are not believed with a wrong checksum, a wrong tag, or when cut off', () => {
    const good = encodeReply(0x2c, 0, Buffer.from('9000', 'hex'));
    expect(decodeReply(good)?.data).toEqual(Buffer.from('9000', 'hex'));
    for (let index = 0; index < good.length; index += 1) {
      const bad = Buffer.from(good);
      bad[index] = (bad[index] ?? 0) ^ 0x01;
      expect(decodeReply(bad)).toBeUndefined();
      expect(decodeReply(good.subarray(0, index))).toBeUndefined();
    }
  });
  it.each([0, 1, 47, 48, 63, 110, 111, 258, 500])('travel in reports, with %i bytes of data', (length) => {
    const data = Buffer.alloc(length).map((_, index) => index % 251);
    const reports = frameToReports(encodeReply(0x2c, 0, data));
    expect(reports.every((report) => report.length === 64)).toBe(true);
    const read = createReplyReader();
    const replies = reports.map((report) => read(report));
    expect(replies.slice(0, -1).every((reply) => reply === undefined)).toBe(true);
    expect(replies.at(-1)).toEqual({ command: 0x2c, status: 0, data });
  });
  it('are dropped where a report is missing its beginning, and the next one counts', () => {
    const read = createReplyReader();
    const [, ...rest] = frameToReports(encodeReply(0x2c, 0, Buffer.alloc(200)));
    for (const report of rest) expect(read(report)).toBeUndefined();
    const [whole] = frameToReports(encodeReply(0x18, 0, Buffer.alloc(0)));
    expect(whole && read(whole)).toMatchObject({ command: 0x18 });
  });
});
