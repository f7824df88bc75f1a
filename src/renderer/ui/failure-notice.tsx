import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ContractError } from '#contract/errors.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { useErrorText } from './error-text.ts';

interface FailureNoticeProps {
  error: ContractError | undefined;
  onRetry?: (() => void) | undefined;
  onClose?: (() => void) | undefined;
}

/** An expected failure in words, read out when it appears. Nothing where there is no error. */
export function FailureNotice({ error, onRetry, onClose }: FailureNoticeProps) {
  const say = useWords('ui');
  const errorText = useErrorText();
  if (!error) return null;
  return (
    <Alert
      role="alert" color="brick" variant="light" icon={<IconAlertTriangle aria-hidden />} title={say('failed')} data-error-code={error.code}
      {...(onClose && { withCloseButton: true, closeButtonLabel: say('dismiss'), onClose })}
    >
      {errorText(error)}
      {onRetry && (
        <Group mt="xs">
          <Button size="compact-sm" variant="default" onClick={onRetry}>{say('retry')}</Button>
        </Group>
      )}
    </Alert>
  );
}
