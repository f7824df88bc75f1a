import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress, splitLinks } from './links.ts';

const linksIn = (text: string): string[] => splitLinks(text).flatMap((part) => (typeof part === 'string' ? [] : [part.text]));

describe('links in a message', () => {
  it.each([
    ['see https://example.org/a?b=c#d.', ['https://example.org/a?b=c#d']],
    ['(https://example.org/wiki/Tally_(stick))', ['https://example.org/wiki/Tally_(stick)']],
    ['两个：https://example.org/，还有http://example.net。', ['https://example.org/', 'http://example.net']],
    ['HTTPS://EXAMPLE.ORG', ['HTTPS://EXAMPLE.ORG']],
    ['javascript:alert(1) file:///etc/passwd data:text/html,x ftp://example.org tallystick://join/a', []],
    ['<a href="https://example.org/">here</a>', ['https://example.org/']],
    ['https:// http://', []],
  ])('%s', (text, links) => expect(linksIn(text)).toEqual(links));

  it('lose nothing of the text around them', () => {
    const piece = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('https://example.org', 'http://', '(', ')', '。', ' ', '.'));
    fc.assert(fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      expect(splitLinks(text).map((part) => (typeof part === 'string' ? part : part.text)).join('')).toBe(text);
    }));
  });
});

describe('the host that is named', () => {
  it.each([
    ['https://paypal.com@evil.example/x', { href: 'https://evil.example/x', host: 'evil.example', isForeign: false, isPlain: false }],
    ['https://аррӏе.com/', { host: 'xn--80ak6aa92e.com', isForeign: true }],
    ['http://0x7f000001:8080/', { host: '127.0.0.1:8080', isPlain: true }],
    ['https://example.org\\@evil.example/', { host: 'example.org' }],
  ])('of %s is the one that answers', (text, address) => expect(readAddress(text)).toMatchObject(address));

  it.each(['javascript:alert(1)', 'mailto:a@b', 'https://', 'nothing', 'file:///etc/passwd'])('is none for %s', (text) => expect(readAddress(text)).toBeNull());
});
