import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '#renderer/words/use-words.ts';

interface ConfirmProps {
  opened: boolean;
  title: string;
  children?: ReactNode;
  /** The verb of what will happen, never "OK". */
  confirmLabel: string;
  cancelLabel?: string;
  /** Something is lost by it. */
  danger?: boolean;
  busy?: boolean;
  /** Its place in a Modal.Stack, where it asks about another dialog: one Esc then closes one of them. */
  stackId?: string;
  onConfirm(): void;
  onClose(): void;
}

/** Asks before something that cannot be taken back. Where something would be lost, Enter keeps it. */
export function Confirm({ opened, title, children, confirmLabel, cancelLabel, danger, busy, stackId, onConfirm, onClose }: ConfirmProps) {
  const say = useWords('ui');
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="sm" centered {...(stackId && { stackId })}>
      {children && <Text component="div" size="sm">{children}</Text>}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus={danger || undefined}>{cancelLabel ?? say('cancel')}</Button>
        <Button color={danger ? 'brick' : 'accent'} loading={busy ?? false} onClick={onConfirm} data-autofocus={!danger || undefined}>{confirmLabel}</Button>
      </Group>
    </Modal>
  );
}
