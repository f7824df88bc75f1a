import { describe, expect, it } from 'vitest';
import { noticeToPage, noticeToWords, readNotice } from './notice.ts';

const notice = { kind: 'iou', ledger: 'a'.repeat(32), iou: 'b'.repeat(32), mine: 'borrower', other: 'Ann', reminder: 7, past: false, language: 'en' } as const;

describe('a notice from the core', () => {
  it('is told in fixed words, and leads to the IOU', () => {
    expect(noticeToWords(notice)).toEqual({ title: 'IOU with Ann', body: 'Due within a week' });
    expect(noticeToWords({ ...notice, reminder: 0, language: 'zh-CN' })).toEqual({ title: '与Ann的借条', body: '今天到期' });
    expect(noticeToWords({ ...notice, reminder: 0, past: true })).toMatchObject({ body: 'The due date has passed' });
    expect(noticeToPage(notice)).toBe(`app://tallystick/#/ious/${'a'.repeat(32)}/${'b'.repeat(32)}`);
  });

  it('is nothing where it is anything else', () => {
    expect(readNotice(notice)).toEqual(notice);
    for (const wrong of [null, 'stop', {}, { ...notice, kind: 'other' }, { ...notice, ledger: '../x' }, { ...notice, other: 'Ann\u202e' }, { ...notice, amount: 5 }, { ...notice, reminder: 3 }]) {
      expect(readNotice(wrong)).toBeUndefined();
    }
  });
});
