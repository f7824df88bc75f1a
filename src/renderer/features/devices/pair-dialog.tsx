import { Alert, Button, Group, Loader, Modal, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconHourglass } from '@tabler/icons-react';
import { useState } from 'react';
import type { PairingView } from '#contract/people-views.ts';
import { groupCode, spellCode } from '#renderer/features/sharing/code.ts';
import { CopyButton } from '#renderer/features/sharing/copy-button.tsx';
import { QrCode } from '#renderer/features/sharing/qr-code.tsx';
import sharing from '#renderer/features/sharing/sharing.module.css';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { timeLeftToText, useTimeLeft } from '#renderer/lib/use-time-left.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { CompareWords } from '#renderer/ui/compare-words.tsx';
import classes from './devices.module.css';

/** The giving side of a pairing, as the core tells it: also after the page was loaded anew. Closing it ends the pairing. */
export function PairDialog({ pairing, onAgain }: { pairing: PairingView | undefined; onAgain(): void }) {
  const say = useWords('devices');
  const cancel = useCall('devices.cancelPairing');
  // What was last shown stays while the dialog fades.
  const [last, setLast] = useState(pairing);
  if (pairing && pairing !== last) setLast(pairing);
  const shown = pairing ?? last;
  const stop = () => void cancel.run({});
  return (
    <Modal opened={pairing !== undefined} onClose={stop} size="lg" title={say('pairTitle')} closeOnClickOutside={false}>
      {shown && <PairingState pairing={shown} onStop={stop} onAgain={onAgain} />}
    </Modal>
  );
}

function PairingState({ pairing, onStop, onAgain }: { pairing: PairingView; onStop(): void; onAgain(): void }) {
  const say = useWords('devices');
  const device = pairing.deviceName ?? say('unnamed');
  switch (pairing.state) {
    case 'waiting':
      return <Waiting pairing={pairing} onStop={onStop} />;
    case 'compare':
      return <Compare pairing={pairing} device={device} onStop={onStop} />;
    case 'finishing':
      return <Group gap="sm" role="status"><Loader size="sm" />{say('finishing', { device })}</Group>;
    case 'done':
      return (
        <Stack gap="md">
          <Alert color="accent" icon={<IconCheck aria-hidden />} role="status">{say('done', { device })}</Alert>
          <Group justify="flex-end"><Button ref={focusOnMount} onClick={onStop}>{say('close')}</Button></Group>
        </Stack>
      );
    case 'failed':
      return (
        <Stack gap="md">
          <Text>{say('failed')}</Text>
          <FailureNotice error={pairing.error === null ? undefined : { code: pairing.error }} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onStop}>{say('cancel')}</Button>
            <Button ref={focusOnMount} onClick={onAgain}>{say('again')}</Button>
          </Group>
        </Stack>
      );
    case 'idle':
      return null;
    default:
      return pairing.state satisfies never;
  }
}

function Waiting({ pairing: { link, code, expires }, onStop }: { pairing: PairingView; onStop(): void }) {
  const say = useWords('devices');
  const left = useTimeLeft(expires);
  const { view: sync } = useWatch('sync.state', {});
  return (
    <Stack gap="md">
      <Text>{say('step')}</Text>
      <Group align="flex-start" gap="lg" wrap="wrap">
        {link !== null && (
          <Stack gap={4} align="center">
            <QrCode text={link} label={say('qrLabel')} />
            <Text size="xs" c="dimmed" maw={200} ta="center">{say('qrHint')}</Text>
          </Stack>
        )}
        <Stack gap="lg" flex="1 1 260px">
          {link !== null && (
            <Stack gap="xs">
              <TextInput label={say('link')} readOnly value={link} data-autofocus onFocus={(event) => event.currentTarget.select()} />
              <Group gap="xs"><CopyButton text={link} label={say('copyLink')} /></Group>
            </Stack>
          )}
          {code !== null && (
            <Stack gap={4} component="section" aria-label={say('code')}>
              <Text fw={500}>{say('code')}</Text>
              <div className={sharing.code} aria-hidden data-testid="pair-code">{groupCode(code)}</div>
              <VisuallyHidden>{say('codeLabel', { spelled: spellCode(code) })}</VisuallyHidden>
              <Text size="sm" c="dimmed">{say('codeRelay')} <span className={classes.long}>{sync?.relay}</span></Text>
            </Stack>
          )}
        </Stack>
      </Group>
      <Group justify="space-between">
        <Group gap="sm">
          <IconHourglass size={18} aria-hidden />
          <span role="status">{say('waiting')}</span>
          {left !== null && <span className={classes.countdown}>{say('left', { time: timeLeftToText(left) })}</span>}
        </Group>
        <Button variant="default" onClick={onStop}>{say('cancel')}</Button>
      </Group>
    </Stack>
  );
}

function Compare({ pairing, device, onStop }: { pairing: PairingView; device: string; onStop(): void }) {
  const say = useWords('devices');
  const confirm = useCall('devices.confirmPairing');
  return (
    <Stack gap="md">
      <Text fw={600} size="lg" role="status">{say('compareTitle')}</Text>
      {pairing.words && <CompareWords words={pairing.words} label={say('words')} />}
      <Text>{say('compareText', { device })}</Text>
      <FailureNotice error={confirm.error} />
      <Group justify="flex-end">
        <Button variant="default" ref={focusOnMount} onClick={onStop}>{say('differ')}</Button>
        <Button loading={confirm.busy} onClick={() => void confirm.run({})}>{say('confirm')}</Button>
      </Group>
    </Stack>
  );
}
