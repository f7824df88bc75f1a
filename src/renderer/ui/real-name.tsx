import { IconRosetteDiscountCheck } from '@tabler/icons-react';
import type { VerifiedView } from '#contract/people-views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './person-name.module.css';

/** How somebody was known to be who they say, in words. */
export function useVerifiedText(): (verified: VerifiedView | null) => string {
  const say = useWords('ui');
  const format = useFormat();
  return (verified) => (verified ? say(`verified_${verified.how}`, { date: format.day(verified.at) }) : say('notVerified'));
}

/** Beside a name: this person was verified. Nothing where they were not. */
export function VerifiedMark({ verified, size = 16 }: { verified: VerifiedView | null; size?: number }) {
  const text = useVerifiedText()(verified);
  if (!verified) return null;
  return <IconRosetteDiscountCheck size={size} role="img" aria-label={text} className={classes.verified}><title>{text}</title></IconRosetteDiscountCheck>;
}

/** Beneath a name: the real name, which is a claim, and how it was verified. Nothing where neither is known; nobody verifies themselves. */
export function RealName({ realName, verified, mine }: { realName: string | null; verified: VerifiedView | null; mine?: boolean }) {
  const say = useWords('ui');
  const verifiedText = useVerifiedText();
  if (realName === null && !verified) return null;
  return (
    <span className={classes.realName}>
      {realName !== null && <bdi>{say('realName', { name: realName })}</bdi>}
      {realName !== null && !mine && ' · '}
      {!mine && verifiedText(verified)}
    </span>
  );
}
