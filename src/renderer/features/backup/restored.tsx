import { Alert, Button, Stack } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { RestoreView } from '#contract/people-views.ts';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './backup.module.css';

/** What came back and what did not, before the app opens. */
export function Restored({ restored, onOpen }: { restored: RestoreView; onOpen(): void }) {
  const say = useWords('backup');
  const errorText = useErrorText();
  const { ledgers, missing } = restored;
  return (
    <Stack gap="md">
      <Alert color={ledgers > 0 ? 'accent' : 'amber'} icon={<IconCheck aria-hidden />} role="status">{say('back', { count: ledgers })}</Alert>
      {missing.length > 0 && (
        <Alert role="note" color="amber" icon={<IconAlertTriangle aria-hidden />} title={say('missing', { count: missing.length })}>
          <ul className={classes.missing}>
            {missing.map(({ name, reason }, index) => <li key={index}><bdi><b>{name || say('noName')}</b></bdi>: {errorText({ code: reason })}</li>)}
          </ul>
        </Alert>
      )}
      <Button size="md" ref={focusOnMount} onClick={onOpen}>{say('open')}</Button>
    </Stack>
  );
}
