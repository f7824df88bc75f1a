import { Button, Modal } from '@mantine/core';
import { IconPhone, IconPhoneOff } from '@tabler/icons-react';
import { useEffect, useState, type KeyboardEvent } from 'react';
import type { CallView } from '#contract/calls-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { setSmall } from './call-store.ts';
import { Explanation } from './intro.tsx';
import { ESCAPE_STAYS_HERE, onEscape } from './on-escape.ts';
import { startRinging } from './ring-sound.ts';
import { screenId } from './screen-id.ts';
import { CallAbout, WhoCalls } from './who-calls.tsx';
import classes from './calls.module.css';

/** Whoever is typing when it rings does not answer with the Enter they were about to press. */
const HESITATION_MILLISECONDS = 600;

/** Somebody calls: who, and about what. Enter answers, Esc declines. */
export function RingSheet({ call, isIntroduced }: { call: CallView; isIntroduced: boolean }) {
  const say = useWords('calls');
  const answer = useCall('calls.answer');
  const decline = useCall('calls.decline');
  const introduced = useCall('calls.introduced');
  const [isReady, setReady] = useState(false);
  useEffect(() => startRinging('incoming'), []);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), HESITATION_MILLISECONDS);
    return () => clearTimeout(timer);
  }, []);

  async function take(): Promise<void> {
    setSmall(false);
    if (!isIntroduced) await introduced.run({});
    await answer.run({ call: call.call, screen: screenId() });
  }
  const refuse = () => void decline.run({ call: call.call });
  const hesitate = (event: KeyboardEvent): void => {
    if (isReady || (event.key !== 'Enter' && event.key !== 'Escape' && event.key !== ' ')) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Modal
      opened onClose={refuse} closeOnEscape={false} onKeyDown={onEscape(refuse)} size={380} centered withCloseButton={false} closeOnClickOutside={false}
      title={say('ringTitle', { name: call.peer.name })} data-testid="ring-sheet" data-ready={isReady || undefined} onKeyDownCapture={hesitate}
    >
      <div className={classes.sheet}>
        <WhoCalls peer={call.peer} />
        <CallAbout call={call} />
        {!isIntroduced && <Explanation name={call.peer.name} />}
        <FailureNotice error={answer.error ?? decline.error} />
        <div className={classes.controls}>
          <Button {...ESCAPE_STAYS_HERE} variant="default" size="md" radius="xl" leftSection={<IconPhoneOff size={20} aria-hidden />} onClick={refuse}>{say('decline')}</Button>
          <Button {...ESCAPE_STAYS_HERE} size="md" radius="xl" leftSection={<IconPhone size={20} aria-hidden />} loading={answer.busy} data-autofocus onClick={() => void take()}>{say('answer')}</Button>
        </div>
        <p className={classes.hint}>{say('keysAnswer')}</p>
      </div>
    </Modal>
  );
}
