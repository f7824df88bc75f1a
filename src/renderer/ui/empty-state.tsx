import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** What will be here. */
  text?: string;
  /** The one thing to do about it. */
  action?: ReactNode;
}

export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      {icon && <div className={classes.icon} aria-hidden>{icon}</div>}
      <Title order={2} size="h3">{title}</Title>
      {text && <Text c="dimmed" className={classes.text}>{text}</Text>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}
