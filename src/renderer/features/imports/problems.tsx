import { Checkbox, Table, Text } from '@mantine/core';
import type { ImportPreviewView } from '#contract/views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './imports.module.css';
import { Section } from './section.tsx';

const MOST_ROWS = 200;

interface ProblemsProps {
  preview: ImportPreviewView;
  /** Whether the person chose to go on without these rows. */
  accepted: boolean;
  onAccept(accepted: boolean): void;
}

/** Rows that cannot be read, each with its line and the reason; going on without them is a choice to be made. */
export function Problems({ preview, accepted, onAccept }: ProblemsProps) {
  const say = useWords('imports');
  const format = useFormat();
  const errorText = useErrorText();
  const { problems, fresh, known } = preview;
  const count = problems.length;
  return (
    <Section title={say('problemsTitle', { count })} lead={say('problemsLead')}>
      <ScrollTable label={say('problemsTitle', { count })} minWidth={480} maxHeight={280}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" ta="end" w={72}>{say('problemLine')}</Table.Th>
            <Table.Th scope="col">{say('problemReason')}</Table.Th>
            <Table.Th scope="col">{say('problemText')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {problems.slice(0, MOST_ROWS).map(({ line, code, text }, index) => (
            <Table.Tr key={index} data-error-code={code}>
              <Table.Th scope="row" fw={400} ta="end">{format.number(line)}</Table.Th>
              <Table.Td>{errorText({ code })}</Table.Td>
              <Table.Td><code className={classes.raw}>{text}</code></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrollTable>
      {count > MOST_ROWS && <Text size="sm" c="dimmed">{say('moreProblems', { count: count - MOST_ROWS })}</Text>}
      {fresh > 0 && (
        <Checkbox
          mt="md" checked={accepted} onChange={(event) => onAccept(event.currentTarget.checked)}
          label={say('withoutProblems', { rows: fresh + known, count })}
        />
      )}
    </Section>
  );
}
