import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSoundMessage, MAXIMUM_MESSAGE_LENGTH, messageBodySchema, typedToText, type MessageBody } from './message.ts';

const said = (text: string): MessageBody => ({ about: null, after: null, content: { kind: 'text', text } });
const isMessage = (body: unknown): boolean => messageBodySchema.safeParse(body).success;

describe('what somebody typed', () => {
  it.each<[string, string, string]>([
    ['lines of any kind', ' one\r\ntwo\rthree\n\n', 'one\ntwo\nthree'],
    ['markup, as text', '<img src=x onerror=alert(1)> & <b>bold</b>', '<img src=x onerror=alert(1)> & <b>bold</b>'],
    ['what turns the order of letters round', 'pay \u202E001\u202C to \u2066Bob\u2069', 'pay 001 to Bob'],
    ['controls and what shows nothing at its beginning', '\uFEFFa\u0000b\u001B[31mc\td', 'ab[31mc\td'],
    ['signs in parts', 'Cafe\u0301', 'Café'],
    ['half a sign', 'x\uD800', 'x\uFFFD'],
    ['a family and a flag', '👩‍👩‍👧 🇩🇪', '👩‍👩‍👧 🇩🇪'],
    ['Chinese', '  晚饭谁付？', '晚饭谁付？'],
  ])('%s', (_, typed, text) => expect(typedToText(typed)).toEqual({ ok: true, text }));

  it.each(['', '   \n\t', '\u200B\u200D', '\u202E\u0000', '\u3164'])('without anything to be seen is no message: %j', (typed) => {
    expect(typedToText(typed)).toEqual({ ok: false, code: 'message_empty' });
  });

  it('is at most 8 000 characters long, and what is far longer is not even looked at', () => {
    expect(typedToText('x'.repeat(MAXIMUM_MESSAGE_LENGTH))).toMatchObject({ ok: true });
    for (const length of [MAXIMUM_MESSAGE_LENGTH + 1, 1_000_000]) expect(typedToText('x'.repeat(length))).toEqual({ ok: false, code: 'message_too_long' });
    expect(typedToText(` ${'é'.normalize('NFD').repeat(MAXIMUM_MESSAGE_LENGTH)} `)).toMatchObject({ ok: true });
  });

  it('is accepted by every other device once it is a message here', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.oneof(fc.constantFrom('\u202E', '\r', '\n', '\u0301', ' ', '\u200B', '<'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })) }), (typed) => {
        const sent = typedToText(typed);
        if (!sent.ok) return;
        expect(isMessage(said(sent.text))).toBe(true);
        expect(typedToText(sent.text)).toEqual(sent);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a message from outside', () => {
  it.each<[string, unknown]>([
    ['longer than allowed', said('x'.repeat(MAXIMUM_MESSAGE_LENGTH + 1))],
    ['with an override', said('a\u202Eb')],
    ['with a control', said('a\u0007b')],
    ['in parts', said('e\u0301')],
    ['empty', said('\n')],
    ['of a kind nobody knows', { ...said('x'), content: { kind: 'html', text: 'x' } }],
    ['with more in it', { ...said('x'), html: '<b>' }],
    ['of a call without an end', { about: null, after: null, content: { kind: 'call', call: 'a'.repeat(32), outcome: 'answered', seconds: 1 } }],
    ['of a call of no length', { about: null, after: null, content: { kind: 'call', call: 'a'.repeat(32), outcome: 'completed', seconds: -1 } }],
  ])('%s is none', (_, body) => expect(isMessage(body)).toBe(false));

  it('replaces nothing, and is under the id of its call', () => {
    const [of, other] = ['a'.repeat(32), 'b'.repeat(32)];
    const card = (call: string): MessageBody => ({ about: null, after: null, content: { kind: 'call', call, outcome: 'missed', seconds: null } });
    expect(isSoundMessage({ of, prev: [], body: said('x') })).toBe(true);
    expect(isSoundMessage({ of, prev: [other], body: said('x') })).toBe(false);
    expect(isSoundMessage({ of, prev: [], body: card(of) })).toBe(true);
    expect(isSoundMessage({ of, prev: [], body: card(other) })).toBe(false);
  });
});
