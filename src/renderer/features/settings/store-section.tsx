import { Alert, Button } from '@mantine/core';
import { IconCheck, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '#contract/api.ts';
import { useAskAgain, useCall } from '#renderer/lib/core.tsx';
import { useProfile } from '#renderer/lib/profile.tsx';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Part, Prose } from '#renderer/ui/part.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './settings.module.css';

/** Only there while the store can be read and not written: why, and the way out where there is one. */
export function StoreSection() {
  const say = useWords('settings');
  const errorText = useErrorText();
  const { state, problem } = useProfile();
  const salvage = useCall('profile.salvage');
  const askAgain = useAskAgain();
  const [isAsking, setAsking] = useState(false);
  const [done, setDone] = useState<Output<'profile.salvage'>>();
  if (done) {
    return <Alert color="accent" icon={<IconCheck aria-hidden />} role="status">{say('salvageDone', { ...done })}</Alert>;
  }
  if (state !== 'readOnly') return null;
  const run = async () => {
    const reply = await salvage.run({});
    setAsking(false);
    if (!reply.ok) return;
    setDone(reply.value);
    askAgain();
  };
  return (
    <Part title={say('store')}>
      <Alert color="brick" icon={<IconLock aria-hidden />} title={say('storeReadOnly')}>
        <p className={classes.text}>{problem && errorText({ code: problem })}</p>
        <p className={classes.text}>{say('storeNothingWritten')}</p>
      </Alert>
      {problem === 'store_corrupt' && (
        <>
          <Prose>{say('salvageText')}</Prose>
          <div><Button onClick={() => setAsking(true)}>{say('salvage')}</Button></div>
        </>
      )}
      <FailureNotice error={salvage.error} onClose={salvage.clear} />
      <Confirm opened={isAsking} title={say('salvageConfirm')} confirmLabel={say('salvageGo')} busy={salvage.busy} onConfirm={() => void run()} onClose={() => setAsking(false)}>
        {say('salvageText')}
      </Confirm>
    </Part>
  );
}
