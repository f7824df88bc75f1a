import { MAXIMUM_AMOUNT } from './money.ts';

const DIGITS = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES = ['', '拾', '佰', '仟'];
const GROUPS = ['', '万', '亿'];

/** A whole number above zero in capitals: 零 once for zeros between two digits, none at the end. */
function wholeToCapitals(whole: number): string {
  const digits = [...String(whole)].map(Number);
  let text = '';
  let isGap = false;
  let isGroupSaid = false;
  for (const [index, digit] of digits.entries()) {
    const place = digits.length - 1 - index;
    if (digit > 0) {
      text += `${isGap ? '零' : ''}${DIGITS[digit]}${PLACES[place % 4]}`;
      isGroupSaid = true;
    }
    isGap = digit === 0;
    if (place % 4 === 0) {
      if (isGroupSaid) text += GROUPS[place / 4];
      isGroupSaid = false;
    }
  }
  return text;
}

/**
 * An amount of renminbi in minor units (fen) as it stands in a document: 壹拾壹万元整. By the rules of the People's Bank for
 * bills (支付结算办法, 附一): 整 after whole yuan, none after jiao or fen. Throws a RangeError for what is no amount.
 */
export function amountToChineseCapitals(amount: number): string {
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > MAXIMUM_AMOUNT) throw new RangeError('not an amount');
  const [yuan, jiao, fen] = [Math.trunc(amount / 100), Math.trunc(amount / 10) % 10, amount % 10];
  const whole = yuan > 0 ? `${wholeToCapitals(yuan)}元` : '';
  if (jiao === 0 && fen === 0) return `${whole || '零元'}整`;
  const tenths = jiao > 0 ? `${DIGITS[jiao]}角` : whole === '' ? '' : '零';
  return `${whole}${tenths}${fen > 0 ? `${DIGITS[fen]}分` : ''}`;
}
