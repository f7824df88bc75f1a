import { Textarea } from '@mantine/core';
import { focusOnMount } from '#renderer/lib/focus-on-mount.ts';
import { useWords } from '#renderer/words/use-words.ts';

/** Words as they will be counted: numbers and signs before them do not matter. */
const countWords = (text: string): number => (text.match(/\p{L}+/gu) ?? []).length;

/** The 24 words, typed or pasted. Which of them are none is told only at the end: nothing here proposes words to an onlooker. */
export function PhraseField({ value, onChange }: { value: string; onChange(phrase: string): void }) {
  const say = useWords('start');
  return (
    <Textarea
      label={say('words')} description={say('wordsCount', { count: countWords(value) })} inputWrapperOrder={['label', 'input', 'description', 'error']}
      autosize minRows={4} maxRows={8} maxLength={1_000} autoComplete="off" autoCapitalize="none" spellCheck={false} lang="en" ref={focusOnMount}
      value={value} onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
