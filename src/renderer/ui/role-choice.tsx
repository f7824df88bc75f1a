import { Radio, Stack } from '@mantine/core';
import type { Role } from '#contract/people-views.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './role-choice.module.css';

interface RoleChoiceProps<R extends Role> {
  label: string;
  roles: readonly R[];
  value: R;
  onChange(role: R): void;
  /** The chosen one takes the focus of the dialog it is in. */
  takesFocus?: boolean;
}

/** One of several roles, each with what it may do. */
export function RoleChoice<R extends Role>({ label, roles, value, onChange, takesFocus }: RoleChoiceProps<R>) {
  const say = useWords('ui');
  return (
    <Radio.Group label={label} value={value} onChange={(next) => onChange(roles.find((one) => one === next) ?? value)}>
      <Stack gap="xs" mt={4}>
        {roles.map((role) => (
          <Radio
            key={role} value={role} label={say(`role_${role}`)} description={say(`may_${role}`)} classNames={{ root: classes.choice, label: classes.name }}
            data-autofocus={(takesFocus && role === value) || undefined}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
