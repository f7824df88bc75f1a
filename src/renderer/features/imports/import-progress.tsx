import { Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';

/** How far reading or writing has come, with a way to stop it where there is one. */
export function ImportProgress({ title, note, onCancel }: { title: string; note?: string; onCancel?(): void }) {
  const say = useWords('imports');
  const format = useFormat();
  const { view } = useWatch('imports.progress', {});
  const known = view && view.total > 0 && (view.phase === 'reading' || view.phase === 'writing') ? view : undefined;
  return (
    <Paper withBorder p="lg">
      <Stack gap="sm">
        <Group justify="space-between">
          <Text fw={600} role="status">{title}</Text>
          {known && <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>{say('progressCount', { done: format.number(known.done), total: format.number(known.total) })}</Text>}
        </Group>
        <Progress value={known ? (known.done / known.total) * 100 : 100} animated={!known} aria-label={title} />
        <Group justify="space-between">
          <Text size="sm" c="dimmed">{note}</Text>
          {onCancel && <Button variant="default" onClick={onCancel}>{say('cancel')}</Button>}
        </Group>
      </Stack>
    </Paper>
  );
}
