import { Paper, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

/** One thing to look at before the import. */
export function Section({ title, lead, children }: { title: string; lead?: string | undefined; children: ReactNode }) {
  const id = useId();
  return (
    <Paper component="section" withBorder p="md" aria-labelledby={id}>
      <Title order={2} size="h4" id={id} mb={lead ? 2 : 'xs'}>{title}</Title>
      {lead && <Text size="sm" c="dimmed" mb="sm">{lead}</Text>}
      {children}
    </Paper>
  );
}
