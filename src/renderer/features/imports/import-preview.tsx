import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Input } from '#contract/api.ts';
import type { ContractError } from '#contract/errors.ts';
import type { ImportPreviewView, LedgerView } from '#contract/views.ts';
import { useProfile } from '#renderer/lib/profile.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { CheckTable } from './check-table.tsx';
import { Found } from './found.tsx';
import { missingFrom, proposeTarget, targetToCommit } from './import-target.ts';
import classes from './imports.module.css';
import { Problems } from './problems.tsx';
import { SampleTable } from './sample-table.tsx';
import { NewLedger, WhoIsWho } from './who-is-who.tsx';

interface ImportPreviewProps {
  preview: ImportPreviewView;
  fileName: string;
  ledger: LedgerView | null;
  error: ContractError | undefined;
  onCommit(input: Input<'imports.commit'>): void;
  onOtherFile(): void;
}

const HINTS = { problems: 'commitHintProblems', me: 'commitHintMe', name: 'commitHintName', people: 'samePersonTwice', nothingNew: 'nothingNew' } as const;

/** Everything the import would do, before it does anything. */
export function ImportPreview({ preview, fileName, ledger, error, onCommit, onOtherFile }: ImportPreviewProps) {
  const say = useWords('imports');
  const { name: myName } = useProfile();
  const [target, setTarget] = useState(() => proposeTarget(preview, ledger?.id ?? null, fileName, myName));
  const [withoutProblems, setWithoutProblems] = useState(false);
  const missing = missingFrom(target, preview, withoutProblems);
  return (
    <Stack gap="md">
      <Found preview={preview} name={fileName} />
      {preview.problems.length > 0 && <Problems preview={preview} accepted={withoutProblems} onAccept={setWithoutProblems} />}
      {target.kind === 'existing'
        ? ledger && <WhoIsWho target={target} ledger={ledger} onChange={setTarget} />
        : <NewLedger target={target} people={preview.people} onChange={setTarget} />}
      <CheckTable check={preview.check} />
      <SampleTable sample={preview.sample} />
      <FailureNotice error={error} />
      <div className={classes.foot}>
        <Text size="sm" c="dimmed" role="status">{missing && say(HINTS[missing])}</Text>
        <Group gap="xs" wrap="nowrap">
          <Button variant="default" onClick={onOtherFile}>{say('otherFile')}</Button>
          <Button disabled={missing !== null} onClick={() => onCommit(targetToCommit(target, preview, withoutProblems))}>
            {say('commit', { count: preview.fresh })}
          </Button>
        </Group>
      </div>
    </Stack>
  );
}
