import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { ContractError } from '#contract/errors.ts';
import type { LedgerView } from '#contract/views.ts';
import { nameSchema } from '#domain/text.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';

interface NameDialogProps {
  ledger: LedgerView;
  opened: boolean;
  title: string;
  hint?: string;
  confirmLabel: string;
  /** The name so far; empty for somebody new. */
  name: string;
  busy: boolean;
  error: ContractError | undefined;
  onSave(name: string): void;
  onClose(): void;
}

/** Asks for one name. */
export function NameDialog({ opened, title, onClose, ...form }: NameDialogProps) {
  const ui = useWords('ui');
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="sm" closeButtonProps={{ 'aria-label': ui('close') }}>
      <NameForm {...form} onClose={onClose} />
    </Modal>
  );
}

function NameForm({ ledger, hint, confirmLabel, name: before, busy, error, onSave, onClose }: Omit<NameDialogProps, 'opened' | 'title'>) {
  const say = useWords('people');
  const ui = useWords('ui');
  const errorText = useErrorText();
  const [typed, setTyped] = useState(before);
  const [tried, setTried] = useState(false);
  const name = typed.trim();
  const valid = nameSchema.safeParse(name).success;
  const taken = name !== before && ledger.persons.some((person) => person.name === name);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (valid && !busy) onSave(name);
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {hint && <Text size="sm" c="dimmed">{hint}</Text>}
        <TextInput
          label={say('name')} data-autofocus autoComplete="off" maxLength={80} value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={tried && !valid ? errorText({ code: name ? 'text_harmful' : 'name_empty' }) : undefined}
          description={taken ? say('sameName') : undefined}
        />
        <FailureNotice error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" loading={busy}>{confirmLabel}</Button>
        </Group>
      </Stack>
    </form>
  );
}
