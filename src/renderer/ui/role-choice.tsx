import { Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Role } from '#contract/people-views.ts';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './role-choice.module.css';

interface RoleChoiceProps<R extends Role> {
  label: string;
  roles: readonly R[];
  value: R;
  onChange(role: R): void;
  /** The one chosen at first takes the focus. */
  takesFocus?: boolean;
}

/** One of several roles, each with what it may do. */
export function RoleChoice<R extends Role>({ label, roles, value, onChange, takesFocus }: RoleChoiceProps<R>) {
  const say = useWords('ui');
  const [first] = useState(value);
  return (
    <Radio.Group label={label} value={value} onChange={(next) => onChange(roles.find((one) => one === next) ?? value)}>
      <Stack gap="xs" mt={4}>
        {roles.map((role) => (
          <Radio
            key={role} value={role} label={say(`role_${role}`)} description={say(`may_${role}`)} classNames={{ root: classes.choice, label: classes.name }}
            // Both: a dialog gives the focus away once it is open, and not again for what comes into it later.
            {...(takesFocus && role === first && { ref: focusOnMount, 'data-autofocus': true })}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
