/**
 * How ID TECH's NEO 2 readers are spoken to over USB HID ("NEO 2 Interface Developer's Guide", 2.8 reports, 3.2 frames,
 * 3.4 CRC): frames of any length, carried by reports of 64 bytes.
 */
const TAG = Buffer.from('ViVOtech2\0', 'latin1');
const HEADER = 14;
const CRC_LENGTH = 2;
/** The commands that pass bytes through to a card write their CRC the other way round than all others. */
export const PASS_THROUGH = 0x2c;

const REPORT_BODY = 63;
const REPORT = { whole: 1, first: 2, middle: 3, last: 4 } as const;
/** More than any answer of a card needs; what says it is longer is no frame. */
const LONGEST_FRAME = 4_096;

/** CRC-16/CCITT: polynomial 1021, begun with FFFF, not reflected. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}

export function encodeCommand(command: number, subcommand: number, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const frame = Buffer.concat([TAG, Buffer.of(command, subcommand, data.length >> 8, data.length & 0xff), data, Buffer.alloc(CRC_LENGTH)]);
  const end = frame.length - CRC_LENGTH;
  const crc = crc16(frame.subarray(0, end));
  if (command === PASS_THROUGH) frame.writeUInt16BE(crc, end);
  else frame.writeUInt16LE(crc, end);
  return frame;
}

/** A frame in the reports that carry it. */
export function frameToReports(frame: Uint8Array): Buffer[] {
  const count = Math.ceil(frame.length / REPORT_BODY);
  return Array.from({ length: count }, (_, index) => {
    const report = Buffer.alloc(1 + REPORT_BODY);
    const later = index === count - 1 ? REPORT.last : REPORT.middle;
    report[0] = count === 1 ? REPORT.whole : index === 0 ? REPORT.first : later;
    report.set(frame.subarray(index * REPORT_BODY, (index + 1) * REPORT_BODY), 1);
    return report;
  });
}

export interface Neo2Reply {
  readonly command: number;
  /** 0 where it was done; 8 where time ran out, or the card is gone. */
  readonly status: number;
  readonly data: Buffer;
}

/** A reply in a frame with padding behind it; undefined for anything else. */
export function decodeReply(frame: Buffer): Neo2Reply | undefined {
  if (frame.length < HEADER + CRC_LENGTH || !frame.subarray(0, TAG.length).equals(TAG)) return undefined;
  const end = HEADER + frame.readUInt16BE(12);
  if (frame.length < end + CRC_LENGTH || crc16(frame.subarray(0, end)) !== frame.readUInt16BE(end)) return undefined;
  return { command: frame.readUInt8(10), status: frame.readUInt8(11), data: frame.subarray(HEADER, end) };
}

/** Puts reports together again; answers the reply that a report completes. Reports out of order are dropped. */
export function createReplyReader(): (report: Buffer) => Neo2Reply | undefined {
  let begun: Buffer | undefined;
  return (report) => {
    const [kind] = report;
    const body = report.subarray(1);
    if (kind === REPORT.whole || kind === REPORT.first) begun = body;
    else if ((kind === REPORT.middle || kind === REPORT.last) && begun && begun.length < LONGEST_FRAME) begun = Buffer.concat([begun, body]);
    else begun = undefined;
    if (!begun || (kind !== REPORT.whole && kind !== REPORT.last)) return undefined;
    const frame = begun;
    begun = undefined;
    return decodeReply(frame);
  };
}
