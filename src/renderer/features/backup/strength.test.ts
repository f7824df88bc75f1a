import { expect, it } from 'vitest';
import { strengthOf } from './strength.ts';

it.each([
  ['', 'weak'], ['password', 'weak'], ['aaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'weak'], ['12345678901', 'weak'],
  ['Passw0rd-2026', 'fair'], ['correct horse battery', 'fair'],
  ['correct horse battery staple', 'strong'], ['春江 花月 夜 潮水 连海 平 1984 白鹭', 'strong'],
])('%s is %s', (passphrase, strength) => expect(strengthOf(passphrase)).toBe(strength));
