import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useCall } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';

/** Asks for a relay where none is set, on the spot. What waits for it goes on by itself once one is set. */
export function RelayFirst() {
  const say = useWords('sharing');
  const setRelay = useCall('sync.setRelay');
  const [url, setUrl] = useState('');

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (url.trim() && !setRelay.busy) void setRelay.run({ url: url.trim() });
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Text>{say('relayNeeded')}</Text>
        <TextInput
          label={say('relayAddress')} description={say('relayHint')} placeholder="wss://relay.example" inputMode="url"
          autoComplete="off" spellCheck={false} data-autofocus value={url} onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <FailureNotice error={setRelay.error} />
        <Button type="submit" loading={setRelay.busy} disabled={!url.trim()} style={{ alignSelf: 'end' }}>{say('relaySave')}</Button>
      </Stack>
    </form>
  );
}
