import { expect, test } from 'vitest';
import { addressToFile } from './address.ts';
import { findLink, linkToPage } from './deep-link.ts';

test.each([
  ['app://tallystick/', '/pages/index.html'],
  ['app://tallystick/#/join/x', '/pages/index.html'],
  ['app://tallystick/assets/a%20b.js?v=1', '/pages/assets/a b.js'],
])('%s is the file %s', (address, file) => expect(addressToFile('/pages', address)).toBe(file));

test.each([
  'app://elsewhere/index.html',
  'https://tallystick/index.html',
  'app://tallystick/..%2f..%2fetc/passwd',
  'app://tallystick/%2e%2e/%2e%2e%2fetc%2fpasswd',
  'app://tallystick/..%2fpages-beside/x',
  'app://tallystick/a%00b',
  'app://tallystick/%zz',
  'nonsense',
])('%s is no file', (address) => expect(addressToFile('/pages', address)).toBeNull());

test('an invite link among the arguments opens its page and nothing else', () => {
  const link = 'tallystick://join/abc_-123?relay=wss%3A%2F%2Frelay.example';
  expect(findLink(['/usr/bin/tallystick', '--profile', 'x', link])).toBe(link);
  expect(linkToPage(link)).toBe(`app://tallystick/#/join/${encodeURIComponent(link)}`);
});

test.each(['tallystick://settle/all', 'javascript://join/x', 'tallystick://join/', 'tallystick://join/<script>', '--inspect'])(
  '%s is not an invite link',
  (text) => {
    expect(findLink([text])).toBeUndefined();
    expect(linkToPage(text)).toBe('app://tallystick/');
  },
);
