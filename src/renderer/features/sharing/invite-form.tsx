import { Button, Group, Input, Radio, SegmentedControl, Stack } from '@mantine/core';
import { useId, useState, type FormEvent } from 'react';
import type { ContractError } from '#contract/errors.ts';
import type { Role } from '#contract/people-views.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { RoleChoice } from '#renderer/ui/role-choice.tsx';
import { useWords } from '#renderer/words/use-words.ts';

export interface InviteTerms {
  role: 'admin' | 'editor' | 'viewer';
  history: 'start' | 'joining';
  uses: number;
  days: number;
}

const GIVEN = ['admin', 'editor', 'viewer'] as const;
const USES = [1, 5, 20, 100] as const;
const DAYS = [1, 7, 30, 90] as const;

interface InviteFormProps {
  /** Those I may give. */
  roles: readonly Role[];
  busy: boolean;
  error: ContractError | undefined;
  onMake(terms: InviteTerms): void;
  onCancel(): void;
}

/** On which terms whoever comes is let in. */
export function InviteForm({ roles, busy, error, onMake, onCancel }: InviteFormProps) {
  const say = useWords('sharing');
  const ui = useWords('ui');
  const [usesLabel, daysLabel] = [useId(), useId()];
  const given = GIVEN.filter((role) => roles.includes(role));
  const [role, setRole] = useState<InviteTerms['role']>('editor');
  const [history, setHistory] = useState<InviteTerms['history']>('start');
  const [uses, setUses] = useState<number>(1);
  const [days, setDays] = useState<number>(7);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!busy) onMake({ role, history, uses, days });
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <RoleChoice<InviteTerms['role']> label={say('asWhat')} roles={given} value={role} onChange={setRole} takesFocus />
        <Radio.Group label={say('history')} value={history} onChange={(value) => setHistory(value === 'joining' ? 'joining' : 'start')}>
          <Stack gap="xs" mt={4}>
            <Radio value="start" label={say('history_start')} />
            <Radio value="joining" label={say('history_joining')} description={history === 'joining' ? say('historyHint') : undefined} />
          </Stack>
        </Radio.Group>
        <Group gap="lg" align="flex-start">
          <Stack gap={4} align="flex-start">
            <Input.Label id={usesLabel} component="div">{say('uses')}</Input.Label>
            <SegmentedControl aria-labelledby={usesLabel} value={String(uses)} onChange={(value) => setUses(Number(value))} data={USES.map(String)} />
          </Stack>
          <Stack gap={4} align="flex-start">
            <Input.Label id={daysLabel} component="div">{say('days')}</Input.Label>
            <SegmentedControl aria-labelledby={daysLabel} value={String(days)} onChange={(value) => setDays(Number(value))} data={DAYS.map((count) => ({ value: String(count), label: say('daysCount', { count }) }))} />
          </Stack>
        </Group>
        <FailureNotice error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>{ui('cancel')}</Button>
          <Button type="submit" loading={busy}>{say('make')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
