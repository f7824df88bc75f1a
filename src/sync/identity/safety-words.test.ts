import { wordlist as english } from '@scure/bip39/wordlists/english.js';
import { wordlist as chinese } from '@scure/bip39/wordlists/simplified-chinese.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '#sync/protocol/bytes.ts';
import { pairingWords, safetyWords, type Pairing } from './safety-words.ts';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex);

describe('safety words', () => {
  // Written down once: two versions of the app have to show the same.
  it('are the same today and in a year', () => {
    expect(safetyWords('11'.repeat(32), '22'.repeat(32), 'en').join(' ')).toMatchInlineSnapshot(`"talk story student scheme deliver number venture web tired goose stick nation"`);
    expect(safetyWords('11'.repeat(32), '22'.repeat(32), 'zh-CN').join(' ')).toMatchInlineSnapshot(`"撞 拜 骂 伐 易 睛 姜 疯 叹 获 劝 吹"`);
  });

  it('are the same twelve on both sides, in both languages', () => {
    fc.assert(fc.property(key, key, (a, b) => {
      const words = safetyWords(a, b, 'en');
      expect(words).toHaveLength(12);
      expect(safetyWords(b, a, 'en')).toEqual(words);
      expect(safetyWords(b.toUpperCase(), a, 'en')).toEqual(words);
      expect(safetyWords(b, a, 'zh-CN').map((word) => chinese.indexOf(word))).toEqual(words.map((word) => english.indexOf(word)));
    }));
  });

  it('differ where a man in the middle shows each side a root of his own', () => {
    fc.assert(fc.property(key, key, key, key, (ada, bo, toAda, toBo) => {
      fc.pre(new Set([ada, bo, toAda, toBo]).size === 4);
      const [seenByAda, seenByBo] = [safetyWords(ada, toAda, 'en'), safetyWords(bo, toBo, 'en')];
      expect(seenByAda).not.toEqual(seenByBo);
      expect(seenByAda).not.toEqual(safetyWords(ada, bo, 'en'));
      expect(safetyWords(ada, toAda, 'en')).not.toEqual(safetyWords(toAda, bo, 'en'));
    }));
  });
});

describe('pairing words', () => {
  const pairing: Pairing = {
    seed: new Uint8Array(32).fill(1), nonce: new Uint8Array(16).fill(2), present: { device: '11'.repeat(32), agreement: '22'.repeat(32) }, joining: { device: '33'.repeat(32), agreement: '44'.repeat(32) },
  };

  it('are six, the same today and in a year', () => {
    expect(pairingWords(pairing, 'en').join(' ')).toMatchInlineSnapshot(`"mixed indicate shine clock sadness flee"`);
    expect(pairingWords(pairing, 'zh-CN').map((word) => chinese.indexOf(word))).toEqual(pairingWords(pairing, 'en').map((word) => english.indexOf(word)));
  });

  it('change with every part of what was said', () => {
    const { present, joining } = pairing;
    const others: Pairing[] = [
      { ...pairing, seed: new Uint8Array(32) }, { ...pairing, nonce: new Uint8Array(16) }, { ...pairing, present: joining, joining: present },
      { ...pairing, present: { ...present, device: '55'.repeat(32) } }, { ...pairing, present: { ...present, agreement: '55'.repeat(32) } },
      { ...pairing, joining: { ...joining, device: '55'.repeat(32) } }, { ...pairing, joining: { ...joining, agreement: '55'.repeat(32) } },
    ];
    expect(new Set([pairing, ...others].map((each) => pairingWords(each, 'en').join(' '))).size).toBe(others.length + 1);
  });
});
