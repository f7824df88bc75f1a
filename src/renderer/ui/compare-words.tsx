import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { SafetyWordsView } from '#contract/people-views.ts';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language } from '#renderer/words/index.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './compare-words.module.css';

/** Words to be read to each other, large. The other side may speak another language, so the language can be changed here alone. */
export function CompareWords({ words, label }: { words: SafetyWordsView; label: string }) {
  const say = useWords('ui');
  const { i18n } = useTranslation();
  const [chosen, setChosen] = useState<Language>();
  const language = chosen ?? (i18n.language === 'zh-CN' ? 'zh-CN' : 'en');
  return (
    <div className={classes.compare}>
      <ol className={classes.words} data-count={words[language].length} lang={language} translate="no" aria-label={label} data-testid="compare-words">
        {words[language].map((word, index) => <li key={index}>{word}</li>)}
      </ol>
      <SegmentedControl
        size="xs" aria-label={say('wordsLanguage')} value={language}
        data={LANGUAGES.map((one) => ({ value: one.language, label: <span lang={one.language}>{one.name}</span> }))}
        onChange={(value) => setChosen(value)}
      />
    </div>
  );
}
