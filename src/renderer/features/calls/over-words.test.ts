import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import type { CallView } from '#contract/calls-views.ts';
import type { Say } from '#renderer/words/index.ts';
import { overWords, secondsToLength } from './over-words.ts';
import { en } from './words.ts';

const say: Say<'calls'> = (key, values) => String(new IntlMessageFormat(en[key], 'en').format(values ?? {}));
const peer: CallView['peer'] = { root: '', name: 'Ben', nickname: 'Ben', realName: null, picture: null, verified: null };

describe('how a call ended', () => {
  it('is said from the side of who reads it', () => {
    const words = (outcome: CallView['outcome'], seconds: number | null = null) => (['caller', 'callee'] as const).map((side) => overWords(say, { outcome, side, seconds, peer }));
    expect(words('completed', 75)).toEqual(['Call with Ben ended after 1:15', 'Call with Ben ended after 1:15']);
    expect(words('completed')).toEqual(['Call with Ben ended', 'Call with Ben ended']);
    expect(words('declined')).toEqual(['Ben declined', 'You declined the call from Ben']);
    expect(words('cancelled')).toEqual(['You cancelled the call to Ben', 'The call with Ben was cancelled']);
    expect(words('missed')[1]).toBe('Missed call from Ben');
    expect(words('failed', 600)).toEqual(['The call with Ben broke off', 'The call with Ben broke off']);
    expect(words('elsewhere')[1]).toBe('Taken on another of your devices');
  });

  it('and how long it was', () => {
    expect([0, 7, 60, 754, 3_723].map(secondsToLength)).toEqual(['0:00', '0:07', '1:00', '12:34', '1:02:03']);
  });
});
