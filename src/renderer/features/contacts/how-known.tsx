import { Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { VerifiedView } from '#contract/people-views.ts';
import { lineSchema } from '#domain/text.ts';
import { firstFault } from '#renderer/lib/faults.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';

const HOW = ['words', 'tapped', 'vouched'] as const;

interface HowKnownProps {
  busy: boolean;
  onKnown(how: VerifiedView['how'], note: string): void;
  onDiffer(): void;
}

/** How I know that somebody is who they say. On another's word it has to be said on whose. */
export function HowKnown({ busy, onKnown, onDiffer }: HowKnownProps) {
  const say = useWords('contacts');
  const errorText = useErrorText();
  const [how, setHow] = useState<VerifiedView['how']>('words');
  const [note, setNote] = useState('');
  const fault = firstFault(lineSchema, note.trim());
  const isReady = !fault && (how !== 'vouched' || note.trim() !== '');

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (isReady && !busy) onKnown(how, note.trim());
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Radio.Group label={say('how')} value={how} onChange={(value) => setHow(HOW.find((one) => one === value) ?? 'words')}>
          <Stack gap={6} mt={4}>{HOW.map((one) => <Radio key={one} value={one} label={say(`how_${one}`)} />)}</Stack>
        </Radio.Group>
        <TextInput
          label={say(how === 'vouched' ? 'noteVouched' : 'note')} description={say('noteHint')} autoComplete="off" maxLength={200} maw={420} required={how === 'vouched'}
          value={note} onChange={(event) => setNote(event.currentTarget.value)} error={fault && errorText({ code: fault })}
        />
        <Group gap="xs">
          <Button type="submit" loading={busy} disabled={!isReady}>{say(how === 'vouched' ? 'vouch' : 'same')}</Button>
          {how !== 'vouched' && <Button variant="default" onClick={onDiffer}>{say('differ')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
