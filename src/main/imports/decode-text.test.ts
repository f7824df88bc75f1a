import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { decodeText } from './decode-text.ts';

const sample = (name: string): string => readFileSync(new URL(`../../../tests/files/splitwise/${name}.csv`, import.meta.url), 'utf8').replace(/^\ufeff/, '');
const decoded = (bytes: Uint8Array) => {
  const result = decodeText(bytes);
  return result.ok ? result.value : { text: '', encoding: result.code };
};

describe('decodeText', () => {
  const chinese = sample('chinese');
  const german = sample('german');
  const cases: [string, string, Uint8Array, string][] = [
    ['UTF-8', chinese, Buffer.from(chinese), 'UTF-8'],
    ['UTF-8 with a mark', chinese, Buffer.from(`\ufeff${chinese}`), 'UTF-8'],
    ['UTF-16 LE with a mark', chinese, iconv.encode(chinese, 'utf-16le', { addBOM: true }), 'UTF-16LE'],
    ['UTF-16 BE with a mark', german, iconv.encode(german, 'utf-16be', { addBOM: true }), 'UTF-16BE'],
    ['UTF-16 LE without a mark', chinese, iconv.encode(chinese, 'utf-16le'), 'UTF-16LE'],
    ['UTF-16 BE without a mark', chinese, iconv.encode(chinese, 'utf-16be', { addBOM: false }), 'UTF-16BE'],
    ['GB18030', chinese, iconv.encode(chinese, 'gb18030'), 'GB18030'],
    ['windows-1252', german, iconv.encode(german, 'windows-1252'), 'windows-1252'],
    ['Latin-1 with the euro sign of windows-1252', `${german}2026-01-01,Kaffee für 3 €,`, iconv.encode(`${german}2026-01-01,Kaffee für 3 €,`, 'windows-1252'), 'windows-1252'],
    ['plain ASCII', 'Date,Description\n', Buffer.from('Date,Description\n'), 'UTF-8'],
  ];
  it.each(cases)('reads %s', (_, text, bytes, encoding) => {
    expect(decoded(bytes)).toEqual({ text, encoding });
  });

  it('marks the damaged places of a UTF-8 file', () => {
    const bytes = Buffer.from(chinese);
    const at = bytes.indexOf(Buffer.from('晚'));
    bytes[at > 0 ? at : bytes.findIndex((byte) => byte > 0xe0)] = 0xff;
    const { text, encoding } = decoded(bytes);
    expect(encoding).toBe('UTF-8');
    expect(text.split('\n').filter((line) => line.includes('\ufffd'))).toHaveLength(1);
  });

  it('reads a UTF-8 file that was cut off within a sign', () => {
    const bytes = Buffer.from('Date,日期,晚');
    expect(decoded(bytes.subarray(0, bytes.length - 1))).toEqual({ text: 'Date,日期,', encoding: 'UTF-8' });
  });

  it('refuses what is no text', () => {
    const noise = Uint8Array.from({ length: 4_000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) % 256);
    expect(decoded(noise).encoding).toBe('file_encoding_unknown');
    expect(decoded(Uint8Array.from([0xff, 0xfe, 0x00, 0xd8, 0x00, 0x00])).encoding).toBe('file_encoding_unknown');
  });
});
