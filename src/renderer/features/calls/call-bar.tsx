import { ActionIcon, Button, CloseButton, Tooltip } from '@mantine/core';
import { IconPhone, IconPhoneX, IconPhoneOff, IconWindowMaximize } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { CallView } from '#contract/calls-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { RealName } from '#renderer/ui/real-name.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { setSmall, wishCall } from './call-store.ts';
import { CallClock, MuteButton } from './call-sheet.tsx';
import { overWords } from './over-words.ts';
import { screenId } from './screen-id.ts';
import type { CallSound } from './use-call-media.ts';
import { CallAbout } from './who-calls.tsx';
import classes from './calls.module.css';

/** A call that goes on while one is somewhere else in the app: one line above the page. */
export function CallBar({ call, sound }: { call: CallView; sound: CallSound }) {
  const say = useWords('calls');
  const hangUp = useCall('calls.hangUp');
  const isHere = call.screen === screenId();
  return (
    <section className={classes.bar} data-tone={call.phase === 'reconnecting' ? 'wait' : 'on'} aria-label={say('callWith', { name: call.peer.name })}>
      <IconPhone size={18} aria-hidden />
      <div className={classes.barWords}>
        <bdi className={classes.barName}>{call.peer.name}</bdi>
        <RealName realName={call.peer.realName} verified={call.peer.verified} />
        <CallClock call={call} />
        <CallAbout call={call} />
      </div>
      {isHere && <MuteButton sound={sound} size={36} />}
      <Tooltip label={say('makeLarge')}>
        <ActionIcon variant="default" size={36} radius="xl" aria-label={say('makeLarge')} onClick={() => setSmall(false)}><IconWindowMaximize size={18} aria-hidden /></ActionIcon>
      </Tooltip>
      <Button color="brick" size="compact-md" radius="xl" leftSection={<IconPhoneOff size={16} aria-hidden />} onClick={() => void hangUp.run({ call: call.call })}>{say('hangUp')}</Button>
    </section>
  );
}

/** What nobody has to do anything about goes by itself after so long. */
const GONE_AFTER = 10_000;

/** A call that is over: how it ended, until somebody has seen it. */
export function OverBar({ call }: { call: CallView }) {
  const say = useWords('calls');
  const errorText = useErrorText();
  const { run: dismiss } = useCall('calls.dismiss');
  const { outcome, problem, side } = call;
  const isMissed = side === 'callee' && outcome === 'missed';
  const mayCall = isMissed || (side === 'caller' && outcome !== 'completed' && outcome !== 'cancelled');
  const isPassing = problem === null && !mayCall && outcome !== 'failed';
  useEffect(() => {
    if (!isPassing) return undefined;
    const timer = setTimeout(() => void dismiss({ call: call.call }), GONE_AFTER);
    return () => clearTimeout(timer);
  }, [isPassing, dismiss, call.call]);
  const Icon = isMissed ? IconPhoneX : IconPhoneOff;
  return (
    <section className={classes.bar} data-tone={isMissed || problem !== null ? 'wait' : 'over'} data-testid="call-over">
      <Icon size={18} aria-hidden />
      <div className={classes.barWords} role="status">
        <span>{overWords(say, call)}</span>
        {problem !== null && <span>{errorText({ code: problem })}</span>}
        <CallAbout call={call} />
      </div>
      {mayCall && (
        <Button variant="default" size="compact-md" leftSection={<IconPhone size={16} aria-hidden />} onClick={() => wishCall({ ledger: call.ledger, with: call.peer.root, about: call.about?.id ?? null })}>
          {say(isMissed ? 'callBack' : 'callAgain')}
        </Button>
      )}
      <CloseButton aria-label={say('dismiss')} onClick={() => void dismiss({ call: call.call })} />
    </section>
  );
}
