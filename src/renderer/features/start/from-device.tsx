import { Alert, Button, Group, Loader, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { PairingView } from '#contract/people-views.ts';
import { CompareWords } from '#renderer/ui/compare-words.tsx';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { useRoute } from '#renderer/lib/route.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './first-run.module.css';
import type { WayProps } from './way.ts';

/** This device becomes one more of a person's, let in by the one that has the words. */
export function FromDevice({ language, onHold }: WayProps) {
  const { view } = useWatch('devices.pairing', {});
  if (!view) return null;
  return view.side === 'joining' && view.state !== 'failed'
    ? <UnderWay pairing={view} onHold={onHold} />
    : <AskForInvite language={language} onHold={onHold} failed={view.side === 'joining' ? view.error : null} />;
}

function AskForInvite({ language, onHold, failed }: WayProps & { failed: PairingView['error'] }) {
  const say = useWords('start');
  const route = useRoute();
  const join = useCall('devices.join');
  const [typed, setTyped] = useState(() => (route.page === 'join' ? (route.invite ?? '') : ''));
  const [relay, setRelay] = useState('');
  const isCode = typed.trim() !== '' && !/^\s*tallystick:/i.test(typed);
  const isReady = typed.trim() !== '' && (!isCode || relay.trim() !== '');

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady || join.busy) return;
    onHold(true);
    const reply = await join.run({ invite: typed.trim(), relay: isCode ? relay.trim() : null, language });
    if (!reply.ok) onHold(false);
  }

  return (
    <form className={classes.fields} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.lead}>{say('deviceLead')}</p>
      <TextInput
        label={say('invite')} placeholder="tallystick://join/… · ABCD-EFGH-JKMN" autoComplete="off" spellCheck={false} maxLength={2_000} ref={focusOnMount}
        value={typed} onChange={(event) => {
          join.clear();
          setTyped(event.currentTarget.value);
        }}
      />
      {isCode && (
        <TextInput
          label={say('relay')} description={say('relayForCode')} placeholder="wss://relay.example" inputMode="url" autoComplete="off" spellCheck={false}
          maxLength={500} value={relay} onChange={(event) => setRelay(event.currentTarget.value)}
        />
      )}
      <FailureNotice error={join.error ?? (failed && !join.busy ? { code: failed } : undefined)} />
      <Button type="submit" size="md" loading={join.busy} disabled={!isReady}>{say('join')}</Button>
    </form>
  );
}

function UnderWay({ pairing, onHold }: { pairing: PairingView } & Pick<WayProps, 'onHold'>) {
  const say = useWords('start');
  const cancel = useCall('devices.cancelPairing');
  const confirm = useCall('devices.confirmPairing');
  async function stop(): Promise<void> {
    await cancel.run({});
    onHold(false);
  }
  if (pairing.state === 'done') {
    return (
      <Stack gap="md">
        <Alert color="accent" icon={<IconCheck aria-hidden />} role="status">{say('joined')}</Alert>
        <Button size="md" ref={focusOnMount} onClick={() => void stop()}>{say('open')}</Button>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      {pairing.state === 'compare' && pairing.words ? (
        <>
          <p className={classes.state} role="status">{say('compare')}</p>
          <CompareWords words={pairing.words} label={say('compare')} />
          <Text>{say(pairing.confirmed ? 'compareOther' : 'compareText')}</Text>
          <FailureNotice error={confirm.error} />
          {!pairing.confirmed && <Button size="md" loading={confirm.busy} onClick={() => void confirm.run({})}>{say('compareSame')}</Button>}
        </>
      ) : (
        <>
          <Group gap="sm" role="status"><Loader size="sm" /><span className={classes.state}>{say(pairing.state === 'finishing' ? 'finishing' : 'waiting')}</span></Group>
          <Text c="dimmed">{say('waitingText')}</Text>
        </>
      )}
      {pairing.state !== 'finishing' && <Button variant="default" loading={cancel.busy} onClick={() => void stop()}>{say('cancel')}</Button>}
    </Stack>
  );
}
