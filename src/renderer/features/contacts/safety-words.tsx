import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconRosetteDiscountCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ContactView, SafetyWordsView, VerifiedView } from '#contract/people-views.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { CompareWords } from '#renderer/ui/compare-words.tsx';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useVerifiedText } from '#renderer/ui/real-name.tsx';
import { Section } from '#renderer/ui/section.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './contacts.module.css';
import { HowKnown } from './how-known.tsx';

/** Twelve words that both see, and what came of comparing them. */
export function SafetyWords({ contact, name }: { contact: ContactView; name: string }) {
  const say = useWords('contacts');
  const { run, error } = useCall('contacts.words');
  const [words, setWords] = useState<SafetyWordsView>();
  useEffect(() => {
    let current = true;
    void run({ root: contact.root }).then((reply) => {
      if (current && reply.ok) setWords(reply.value);
    });
    return () => {
      current = false;
    };
  }, [run, contact.root]);

  return (
    <Section title={say('words')}>
      <Stack gap="sm">
        <Text size="sm">{say('wordsLead')}</Text>
        <FailureNotice error={error} />
        {words ? <CompareWords words={words} label={say('wordsLabel', { name })} /> : <Skeleton height={180} aria-hidden />}
        {contact.verified ? <Verified contact={contact} name={name} verified={contact.verified} /> : <Compare contact={contact} name={name} />}
      </Stack>
    </Section>
  );
}

/** What came of the comparison: they are the same, or they are not. */
function Compare({ contact, name }: { contact: ContactView; name: string }) {
  const say = useWords('contacts');
  const verify = useCall('contacts.verify');
  const [differs, setDiffers] = useState(false);

  async function keep(how: VerifiedView['how'], note: string): Promise<void> {
    const reply = await verify.run({ root: contact.root, how, note });
    if (reply.ok) notifications.show({ message: say('verified', { name }) });
  }

  return (
    <Stack gap="sm">
      <HowKnown busy={verify.busy} onKnown={(how, note) => void keep(how, note)} onDiffer={() => setDiffers(true)} />
      {differs && <Alert role="alert" color="brick" icon={<IconAlertTriangle aria-hidden />} title={say('differTitle')} withCloseButton onClose={() => setDiffers(false)}>{say('differText')}</Alert>}
      <FailureNotice error={verify.error} onClose={verify.clear} />
    </Stack>
  );
}

function Verified({ contact, name, verified }: { contact: ContactView; name: string; verified: VerifiedView }) {
  const say = useWords('contacts');
  const verifiedText = useVerifiedText();
  const verify = useCall('contacts.verify');
  const [isAsking, setAsking] = useState(false);

  async function takeBack(): Promise<void> {
    const reply = await verify.run({ root: contact.root, how: null, note: '' });
    if (!reply.ok) return;
    setAsking(false);
    notifications.show({ message: say('tookBack', { name }) });
  }

  return (
    <Alert color="accent" icon={<IconRosetteDiscountCheck aria-hidden />} title={say('verifiedTitle')} data-verified={verified.how}>
      <Group justify="space-between" align="flex-start">
        <div>
          <div className={classes.sentence}>{verifiedText(verified)}</div>
          {verified.note !== '' && <div>{say('verifiedNote', { note: verified.note })}</div>}
        </div>
        <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>{say('takeBack')}</Button>
      </Group>
      <Confirm opened={isAsking} title={say('takeBackTitle', { name })} confirmLabel={say('takeBackConfirm')} danger busy={verify.busy} onConfirm={() => void takeBack()} onClose={() => setAsking(false)}>
        {say('takeBackText')}
        <FailureNotice error={verify.error} />
      </Confirm>
    </Alert>
  );
}
