import { Button, SegmentedControl } from '@mantine/core';
import { IconArrowLeft, IconDevices, IconFileDownload, IconListNumbers, type Icon } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWatch } from '#renderer/lib/core.tsx';
import { Logo } from '#renderer/ui/logo.tsx';
import { LANGUAGES, preferredLanguage, speak, type Language } from '#renderer/words/index.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { FromBackup } from './from-backup.tsx';
import { FromDevice } from './from-device.tsx';
import { FromWords } from './from-words.tsx';
import { Newcomer } from './newcomer.tsx';
import type { WayProps } from './way.ts';
import classes from './first-run.module.css';

const WAYS = { device: FromDevice, words: FromWords, backup: FromBackup } as const;
type Way = keyof typeof WAYS;
const QUIET: readonly { way: Way; icon: Icon; label: 'wayDevice' | 'wayWords' | 'wayBackup' }[] = [
  { way: 'device', icon: IconDevices, label: 'wayDevice' },
  { way: 'words', icon: IconListNumbers, label: 'wayWords' },
  { way: 'backup', icon: IconFileDownload, label: 'wayBackup' },
];

/** The first screen there is: a name and a language, and quietly the ways back for those who are not new. */
export function FirstRun({ onHold }: Pick<WayProps, 'onHold'>) {
  const say = useWords('start');
  const { i18n } = useTranslation();
  const { view: pairing } = useWatch('devices.pairing', {});
  const [chosen, setChosen] = useState<Way>();
  const languageLabel = useId();
  const language: Language = LANGUAGES.find((one) => one.language === i18n.language)?.language ?? preferredLanguage();
  // A pairing goes on when the page is loaded again.
  const way = chosen ?? (pairing?.side === 'joining' && pairing.state !== 'failed' ? 'device' : undefined);
  const ChosenWay = way && WAYS[way];
  function leave(): void {
    setChosen(undefined);
    onHold(false);
  }
  const isBusy = pairing?.side === 'joining' && pairing.state !== 'failed';

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
      <div className={classes.form}>
        {ChosenWay && way ? (
          <>
            {!isBusy && (
              <Button variant="subtle" color="gray" className={classes.back} leftSection={<IconArrowLeft size={16} aria-hidden />} onClick={leave}>{say('back')}</Button>
            )}
            <h1 className={classes.title}>{say(`${way}Title`)}</h1>
            <ChosenWay language={language} onHold={onHold} />
          </>
        ) : (
          <>
            <h1 className={classes.title}>{say('title')}</h1>
            <div>
              <div id={languageLabel} className={classes.label}>{say('language')}</div>
              <SegmentedControl
                fullWidth aria-labelledby={languageLabel} value={language}
                data={LANGUAGES.map((one) => ({ value: one.language, label: <span lang={one.language}>{one.name}</span> }))}
                onChange={(value) => speak(value)}
              />
            </div>
            <Newcomer language={language} />
            <section className={classes.ways} aria-labelledby="start-known">
              <h2 id="start-known" className={classes.known}>{say('known')}</h2>
              {QUIET.map(({ way: one, icon: Picture, label }) => (
                <button key={one} type="button" className={classes.way} onClick={() => setChosen(one)}>
                  <Picture size={18} aria-hidden />{say(label)}
                </button>
              ))}
            </section>
          </>
        )}
      </div>
    </main>
  );
}
