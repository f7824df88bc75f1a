import { Alert, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { IdentityView } from '#contract/people-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Buttons, Part, Prose } from '#renderer/ui/part.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { PhraseDialog } from './phrase-dialog.tsx';

/** The 24 words: what they are for, whether they are on paper, and getting them off this device. */
export function PhraseSection({ me }: { me: IdentityView }) {
  const say = useWords('identity');
  const forget = useCall('identity.forgetPhrase');
  const [isShowing, setShowing] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const isHere = me.phrase === 'here';

  async function run(): Promise<void> {
    const reply = await forget.run({});
    setAsking(false);
    if (reply.ok) notifications.show({ message: say('forgotten') });
  }

  return (
    <Part title={say('phrase')}>
      <Prose>{say('phraseWhat')}</Prose>
      {isHere && !me.phraseWritten
        ? <Alert role="note" color="amber" icon={<IconAlertTriangle aria-hidden />}>{say('phraseNotWritten')}</Alert>
        : <Prose>{say(isHere ? 'phraseWritten' : 'phraseForgotten')}</Prose>}
      {isHere && (
        <Buttons>
          <Button variant={me.phraseWritten ? 'default' : 'filled'} onClick={() => setShowing(true)}>{say('showWords')}</Button>
          {me.phraseWritten && <Button variant="default" onClick={() => setAsking(true)}>{say('forget')}</Button>}
        </Buttons>
      )}
      {isHere && me.phraseWritten && <Prose quiet>{say('forgetWhy')}</Prose>}
      <FailureNotice error={forget.error} onClose={forget.clear} />
      <PhraseDialog opened={isShowing} onClose={() => setShowing(false)} />
      <Confirm opened={isAsking} danger title={say('forgetTitle')} confirmLabel={say('forgetGo')} busy={forget.busy} onConfirm={() => void run()} onClose={() => setAsking(false)}>
        {say('forgetText')}
      </Confirm>
    </Part>
  );
}
