import type { CallView } from '#contract/calls-views.ts';
import type { Say } from '#renderer/words/index.ts';

/** `0:07`, `12:30`, `1:02:03`. */
export function secondsToLength(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** How a call ended, in words, from the side of who reads them. */
export function overWords(say: Say<'calls'>, { outcome, side, seconds, peer: { name } }: Pick<CallView, 'outcome' | 'side' | 'seconds' | 'peer'>): string {
  switch (outcome) {
    case 'completed':
      return seconds === null ? say('over_completedShort', { name }) : say('over_completed', { name, length: secondsToLength(seconds) });
    case 'declined':
      return say(side === 'callee' ? 'over_declinedMine' : 'over_declined', { name });
    case 'cancelled':
      return say(side === 'caller' ? 'over_cancelled' : 'over_cancelledTheirs', { name });
    case null:
      return say('over_failed', { name });
    default:
      return say(`over_${outcome}`, { name });
  }
}
