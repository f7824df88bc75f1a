import { Button, SegmentedControl, Switch } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { CHORDS } from '#renderer/features/shell/shortcut-list.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { MASK } from '#renderer/lib/format.ts';
import { useProfile } from '#renderer/lib/profile.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { chordKeys } from '#renderer/lib/shortcuts.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { LANGUAGES, speak } from '#renderer/words/index.ts';
import { Buttons, Part, Prose } from '#renderer/ui/part.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { StoreSection } from './store-section.tsx';
import classes from './settings.module.css';

const THEMES = ['auto', 'light', 'dark'] as const;

export function SettingsPage() {
  const say = useWords('settings');
  const { i18n } = useTranslation();
  const profile = useProfile();
  const update = useCall('profile.update');
  const { view: sync } = useWatch('sync.state', {});
  const [languageLabel, themeLabel] = [useId(), useId()];
  const save = async (change: Parameters<typeof update.run>[0]) => (await update.run(change)).ok;

  return (
    <Page title={say('title')}>
      <div className={classes.sections}>
        <FailureNotice error={update.error} onClose={update.clear} />
        <StoreSection />
        <Part title={say('you')}>
          <Prose>{say('youText')}</Prose>
          <Buttons>
            <Button component="a" href={routeToHash({ page: 'me' })} variant="default">{say('openMe')}</Button>
            <Button component="a" href={routeToHash({ page: 'devices' })} variant="default">{say('openDevices')}</Button>
          </Buttons>
        </Part>
        <Part title={say('look')}>
          <div className={classes.row}>
            <span id={languageLabel}>{say('language')}</span>
            <SegmentedControl
              aria-labelledby={languageLabel} value={i18n.language === 'zh-CN' ? 'zh-CN' : 'en'}
              data={LANGUAGES.map((one) => ({ value: one.language, label: <span lang={one.language}>{one.name}</span> }))}
              onChange={(language) => {
                speak(language);
                void save({ language });
              }}
            />
          </div>
          <div className={classes.row}>
            <span id={themeLabel}>{say('theme')}</span>
            <SegmentedControl
              aria-labelledby={themeLabel} value={profile.theme} data={THEMES.map((value) => ({ value, label: say(`theme_${value}`) }))}
              onChange={(value) => void save({ theme: value })}
            />
          </div>
          <Switch
            labelPosition="left" classNames={{ body: classes.row, labelWrapper: classes.grow }} checked={profile.hideAmounts} label={say('hideAmounts')}
            description={say('hideAmountsHint', { mask: MASK, keys: chordKeys(CHORDS.hide).join('+') })}
            onChange={(event) => void save({ hideAmounts: event.currentTarget.checked })}
          />
        </Part>
        <Part title={say('sending')}>
          <Prose>{say('sendingText')}</Prose>
          <dl className={classes.facts}>
            <dt>{say('relay')}</dt>
            <dd className={classes.long}>{sync?.relay ?? say('relayNone')}</dd>
            {sync && <><dt>{say('connection')}</dt><dd>{say(`connection_${sync.connection}`)}{sync.connection !== 'notSet' && `. ${say('waiting', { count: sync.waiting })}`}</dd></>}
          </dl>
          <div><Button component="a" href={routeToHash({ page: 'sync' })} variant="default">{say('openSync')}</Button></div>
        </Part>
        <Part title={say('about')}>
          <dl className={classes.facts}>
            <dt>{say('deviceId')}</dt>
            <dd className={classes.long}>{profile.device.id.replaceAll(/(.{4})(?=.)/g, '$1 ')}</dd>
          </dl>
          <Prose>{say('keys', { key: '?' })}</Prose>
        </Part>
      </div>
    </Page>
  );
}
