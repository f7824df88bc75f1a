import { ActionIcon, Button, Modal, Tooltip } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconPhoneOff, IconWindowMinimize } from '@tabler/icons-react';
import type { CallView } from '#contract/calls-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { setSmall } from './call-store.ts';
import { ESCAPE_STAYS_HERE, onEscape } from './on-escape.ts';
import { secondsToLength } from './over-words.ts';
import { screenId } from './screen-id.ts';
import { SpeakerMenu } from './speaker-menu.tsx';
import type { CallSound } from './use-call-media.ts';
import { useSeconds } from './use-seconds.ts';
import { CallAbout, CheckWords, WhoCalls } from './who-calls.tsx';
import classes from './calls.module.css';

/** The state of a call in words, or how long it has lasted. */
export function CallClock({ call }: { call: CallView }) {
  const say = useWords('calls');
  const seconds = useSeconds(call.activeAt);
  if (call.phase === 'ended') return null;
  return (
    <>
      {call.phase === 'active' && seconds !== null
        ? <span className={classes.clock} role="timer" aria-label={say('duration')}>{secondsToLength(seconds)}</span>
        : null}
      <span className={call.phase === 'active' ? classes.spoken : classes.phase} role="status">{say(`phase_${call.phase}`)}</span>
    </>
  );
}

/** The microphone's switch; the same on the sheet and on the small bar. */
export function MuteButton({ sound, size }: { sound: CallSound; size: number }) {
  const say = useWords('calls');
  const label = say(sound.isMuted ? 'unmute' : 'mute');
  return (
    <Tooltip label={label}>
      <ActionIcon {...ESCAPE_STAYS_HERE} variant={sound.isMuted ? 'filled' : 'default'} color={sound.isMuted ? 'amber' : 'gray'} size={size} radius="xl" aria-label={label} aria-pressed={sound.isMuted} data-autofocus onClick={sound.toggleMuted}>
        {sound.isMuted ? <IconMicrophoneOff size={size / 2.2} aria-hidden /> : <IconMicrophone size={size / 2.2} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}

/** A call that is being made or goes on, large. Esc makes it small; it goes on. */
export function CallSheet({ call, sound }: { call: CallView; sound: CallSound }) {
  const say = useWords('calls');
  const hangUp = useCall('calls.hangUp');
  const take = useCall('calls.answer');
  const isHere = call.screen === screenId();
  const name = call.peer.name;
  return (
    <Modal
      opened onClose={() => setSmall(true)} closeOnEscape={false} onKeyDown={onEscape(() => setSmall(true))} size={380} centered title={say('callWith', { name })}
      closeButtonProps={{ 'aria-label': say('makeSmall'), icon: <IconWindowMinimize size={18} aria-hidden /> }}
    >
      <div className={classes.sheet}>
        <WhoCalls peer={call.peer} />
        <div className={classes.state}><CallClock call={call} /></div>
        <CallAbout call={call} />
        <CheckWords words={call.words} />
        {sound.isMuted && <p className={classes.muted}>{say('micOff')}</p>}
        <FailureNotice error={hangUp.error ?? take.error} />
        {isHere ? (
          <div className={classes.controls}>
            <MuteButton sound={sound} size={48} />
            <SpeakerMenu sound={sound} />
            <Button {...ESCAPE_STAYS_HERE} color="brick" size="md" radius="xl" leftSection={<IconPhoneOff size={20} aria-hidden />} onClick={() => void hangUp.run({ call: call.call })}>{say('hangUp')}</Button>
          </div>
        ) : (
          <div className={classes.controls}>
            <p className={classes.hint}>{say('otherScreen')}</p>
            <Button variant="default" onClick={() => void take.run({ call: call.call, screen: screenId() })}>{say('takeHere')}</Button>
          </div>
        )}
      </div>
    </Modal>
  );
}
