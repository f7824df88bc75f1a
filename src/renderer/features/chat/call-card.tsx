import { IconPhone, IconPhoneOff, IconPhoneX } from '@tabler/icons-react';
import type { MessageContentView } from '#contract/chat-views.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './message.module.css';

type Call = Extract<MessageContentView, { kind: 'call' }>;

/** Who was called and did not hear it has missed it; the caller was the one who gave up. */
const outcomeFor = (outcome: Call['outcome'], isMine: boolean): Call['outcome'] =>
  !isMine && (outcome === 'noAnswer' || outcome === 'cancelled') ? 'missed' : isMine || outcome !== 'missed' ? outcome : 'noAnswer';

/** What stays of a call: how it ended, and how long it was. `isMine`: this side wrote it down, which the caller does. */
export function CallCard({ call: { outcome: written, seconds }, isMine }: { call: Call; isMine: boolean }) {
  const say = useWords('chat');
  const outcome = outcomeFor(written, isMine);
  const isDone = outcome === 'completed';
  const isMissed = outcome === 'missed' || outcome === 'noAnswer';
  const Icon = isDone ? IconPhone : isMissed ? IconPhoneX : IconPhoneOff;
  return (
    <div className={classes.call} data-tone={isDone ? 'done' : isMissed ? 'missed' : 'plain'} data-testid="call-card">
      <span className={classes.callIcon}><Icon size={18} aria-hidden /></span>
      <span className={classes.callWords}>
        <span>{say(`call_${outcome}`)}</span>
        {seconds !== null && <span className={classes.callLength}>{say('callLength', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 })}</span>}
      </span>
    </div>
  );
}
