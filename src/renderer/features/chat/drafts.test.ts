import { expect, it } from 'vitest';
import { keepDraft, readDraft, returnDraft } from './drafts.ts';

it('keeps the draft of each chat apart, until it is empty', () => {
  keepDraft('one', 'Hello');
  keepDraft('two', '你好');
  expect([readDraft('one'), readDraft('two'), readDraft('three')]).toEqual(['Hello', '你好', '']);
  keepDraft('one', '');
  expect(readDraft('one')).toBe('');
});

it('gives back what was not sent, before what was typed since', () => {
  keepDraft('one', '');
  returnDraft('one', 'first');
  expect(readDraft('one')).toBe('first');
  keepDraft('one', 'second');
  returnDraft('one', 'first');
  expect(readDraft('one')).toBe('first\nsecond');
});
