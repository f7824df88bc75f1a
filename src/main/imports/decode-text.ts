import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { failure, success, type Result } from '#domain/result.ts';

export interface DecodedText {
  text: string;
  /** Name of the encoding as it is shown. */
  encoding: string;
}

/** What bills and bank files come in, besides Unicode. chardet knows more, and is often wrong about a short text. */
const ENCODINGS = new Set([
  'GB18030', 'Big5', 'Shift_JIS', 'EUC-JP', 'EUC-KR', 'windows-1252', 'ISO-8859-1', 'windows-1250', 'ISO-8859-2',
  'windows-1251', 'KOI8-R', 'windows-1253', 'ISO-8859-7', 'windows-1254', 'ISO-8859-9',
]);
/** Controls but for tabs and line ends, noncharacters, private signs and the sign for what could not be decoded: no text that people write has them. */
const UNLIKELY = /[\u0001-\u0008\u000e-\u001f\u0080-\u009f\ufffd\ufffe\uffff\ue000-\uf8ff]/u;
const SAMPLE = 64 * 1024;

function decodeStrictly(bytes: Uint8Array, encoding: string, partial = false): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: partial });
  } catch {
    return undefined;
  }
}

/** UTF-16 without a mark shows by its zero bytes: text of any language has digits, separators and line ends. */
function guessUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const enough = sample.length / 20;
  if (odd > enough && even < odd / 10) return 'utf-16le';
  if (even > enough && odd < even / 10) return 'utf-16be';
  return undefined;
}

/** Of the bytes that are not ASCII, the part that stands in well-formed UTF-8 sequences. */
function utf8Share(bytes: Uint8Array): number {
  const lossy = new TextDecoder().decode(bytes);
  let sound = 0;
  let broken = 0;
  for (const sign of lossy) {
    if (sign === '\ufffd') broken += 1;
    else if (sign > '\u007f') sound += 1;
  }
  return sound / (sound + broken);
}

function decodeLegacy(bytes: Uint8Array): DecodedText | undefined {
  // What says something about the encoding is what is not ASCII: chardet gets the lines that have some of it.
  const candidates = analyse(sampleOf(bytes)).map(({ name }) => name).filter((name) => ENCODINGS.has(name));
  for (const encoding of candidates) {
    // Windows writes its own code page where it says Latin-1: the web reads it so, too (WHATWG Encoding, "iso-8859-1").
    const label = encoding === 'ISO-8859-1' ? 'windows-1252' : encoding;
    const text = iconv.decode(Buffer.from(bytes), label);
    if (!UNLIKELY.test(text)) return { text, encoding: label };
  }
  return undefined;
}

function sampleOf(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let start = 0; start < bytes.length && size < SAMPLE; ) {
    const end = bytes.indexOf(0x0a, start);
    const line = bytes.subarray(start, end < 0 ? bytes.length : end + 1);
    if (line.some((byte) => byte > 0x7f)) {
      parts.push(line);
      size += line.length;
    }
    start += line.length;
  }
  return Buffer.concat(parts);
}

const withoutMark = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);

/**
 * The text of a file in the encoding its bytes show: UTF-8 or UTF-16 with or without a mark, else what chardet finds
 * likely and what decodes to signs that people write. A UTF-8 file with a few damaged places is decoded with U+FFFD in
 * them, so that their lines can be named. Anything else is `file_encoding_unknown`: guessing would write wrong names.
 */
export function decodeText(bytes: Uint8Array): Result<DecodedText, 'file_encoding_unknown'> {
  const [first, second] = bytes;
  const marked = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  const utf16 = marked ?? guessUtf16(bytes);
  if (utf16 !== undefined) {
    // An odd last byte is half a sign: the file was cut off.
    const text = decodeStrictly(bytes.subarray(0, bytes.length - (bytes.length % 2)), utf16);
    return text === undefined ? failure('file_encoding_unknown') : success({ text: withoutMark(text), encoding: utf16.toUpperCase() });
  }
  // `partial`: a file that was cut off within its last sign is still UTF-8.
  const utf8 = decodeStrictly(bytes, 'utf-8') ?? decodeStrictly(bytes, 'utf-8', true);
  if (utf8 !== undefined) return success({ text: withoutMark(utf8), encoding: 'UTF-8' });
  if (utf8Share(bytes) > 0.5) return success({ text: withoutMark(new TextDecoder().decode(bytes)), encoding: 'UTF-8' });
  const legacy = decodeLegacy(bytes);
  return legacy ? success(legacy) : failure('file_encoding_unknown');
}
