import { Box, Button, Group, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import { useCall } from '#renderer/lib/core.tsx';
import { Confirm } from '#renderer/ui/confirm.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';

/** Which relay passes on what is sealed here. */
export function RelayForm({ relay }: { relay: string | null }) {
  const say = useWords('sync');
  const setRelay = useCall('sync.setRelay');
  const [typed, setTyped] = useState(relay ?? '');
  const [asking, setAsking] = useState(false);

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    const url = typed.trim();
    if (!url || setRelay.busy) return;
    const reply = await setRelay.run({ url });
    if (reply.ok) notifications.show({ message: say('relaySaved') });
  }
  async function remove(): Promise<void> {
    const reply = await setRelay.run({ url: null });
    setAsking(false);
    if (!reply.ok) return;
    setTyped('');
    notifications.show({ message: say('relayRemoved') });
  }

  return (
    <form onSubmit={(event) => void save(event)} noValidate>
      <Group align="flex-end" gap="xs">
        <TextInput
          flex="1 1 280px"
          label={say('relay')}
          description={say('relayHint')}
          placeholder="wss://relay.example"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" loading={setRelay.busy} disabled={!typed.trim() || typed.trim() === relay}>{say('relaySave')}</Button>
        {relay && <Button variant="default" onClick={() => setAsking(true)}>{say('relayRemove')}</Button>}
      </Group>
      {setRelay.error && <Box mt="sm"><FailureNotice error={setRelay.error} onClose={setRelay.clear} /></Box>}
      <Confirm
        opened={asking} title={say('relayRemoveTitle')} confirmLabel={say('relayRemove')} busy={setRelay.busy}
        onConfirm={() => void remove()} onClose={() => setAsking(false)}
      >
        <Text size="sm">{say('relayRemoveText')}</Text>
      </Confirm>
    </form>
  );
}
