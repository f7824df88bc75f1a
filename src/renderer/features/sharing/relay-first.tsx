import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';

/** Asks for a relay where none is set, on the spot. `why`: what it is needed for. */
export function RelayFirst({ why, onSet }: { why: string; onSet?(): void }) {
  const say = useWords('sharing');
  const setRelay = useCall('sync.setRelay');
  const { view: ledgers } = useWatch('ledgers.list', {});
  const [url, setUrl] = useState('');

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!url.trim() || setRelay.busy) return;
    const reply = await setRelay.run({ url: url.trim() });
    if (reply.ok) onSet?.();
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        <Text>{why}</Text>
        {ledgers && <Text>{say('relayKeepsAll', { count: ledgers.length })}</Text>}
        <TextInput
          label={say('relayAddress')} description={say('relayHint')} placeholder="wss://relay.example" inputMode="url"
          autoComplete="off" spellCheck={false} data-autofocus ref={focusOnMount} value={url} onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <FailureNotice error={setRelay.error} />
        <Button type="submit" loading={setRelay.busy} disabled={!url.trim()} style={{ alignSelf: 'end' }}>{say('relaySave')}</Button>
      </Stack>
    </form>
  );
}
