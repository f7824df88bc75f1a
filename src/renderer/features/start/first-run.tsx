import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { nameSchema } from '#domain/text.ts';
import { useCall } from '#renderer/lib/core.tsx';
import { firstFault } from '#renderer/lib/faults.ts';
import { useErrorText } from '#renderer/ui/error-text.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Logo } from '#renderer/ui/logo.tsx';
import { LANGUAGES, preferredLanguage, speak, type Language } from '#renderer/words/index.ts';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './first-run.module.css';

/** The first screen there is: a name and a language. Where the first ledger comes from is asked on the next. */
export function FirstRun() {
  const say = useWords('start');
  const errorText = useErrorText();
  const { i18n } = useTranslation();
  const setUp = useCall('profile.setUp');
  const [name, setName] = useState('');
  const [isTried, setTried] = useState(false);
  const languageLabel = useId();
  const nameField = useRef<HTMLInputElement>(null);
  useEffect(() => nameField.current?.focus(), []);
  const language: Language = LANGUAGES.find((one) => one.language === i18n.language)?.language ?? preferredLanguage();
  const fault = firstFault(nameSchema, name.trim());

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!fault) void setUp.run({ name: name.trim(), language });
  };

  return (
    <main className={classes.screen}>
      <section className={classes.story} aria-hidden>
        <div className={classes.watermark}><Logo size={720} /></div>
        <Logo size={72} />
        <p className={classes.tagline}>{say('tagline')}</p>
        <ul className={classes.promises}>
          <li>{say('promiseOwn')}</li>
          <li>{say('promiseExact')}</li>
          <li>{say('promiseOffline')}</li>
        </ul>
      </section>
      <form className={classes.form} onSubmit={submit} noValidate>
        <h1 className={classes.title}>{say('title')}</h1>
        <div>
          <div id={languageLabel} className={classes.label}>{say('language')}</div>
          <SegmentedControl
            fullWidth aria-labelledby={languageLabel} value={language}
            data={LANGUAGES.map((one) => ({ value: one.language, label: <span lang={one.language}>{one.name}</span> }))}
            onChange={(value) => speak(value)}
          />
        </div>
        <TextInput
          label={say('name')} description={say('nameHint')} size="md" ref={nameField} autoComplete="name" maxLength={80}
          value={name} onChange={(event) => setName(event.currentTarget.value)}
          error={isTried && fault ? errorText({ code: fault }) : undefined}
        />
        <FailureNotice error={setUp.error} onClose={setUp.clear} />
        <Button type="submit" size="md" loading={setUp.busy}>{say('go')}</Button>
      </form>
    </main>
  );
}
