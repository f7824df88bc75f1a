import { Loader, MantineProvider, mergeThemeOverrides, useMantineColorScheme } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { Notifications } from '@mantine/notifications';
import 'dayjs/locale/zh-cn';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Shell } from './features/shell/shell.tsx';
import { FirstRun } from './features/start/first-run.tsx';
import { CoreProvider, useCoreState, useWatch } from './lib/core.tsx';
import type { DurableClient } from './lib/durable-client.ts';
import { ProfileProvider } from './lib/profile.tsx';
import { FailureNotice } from './ui/failure-notice.tsx';
import { Logo } from './ui/logo.tsx';
import { resolveCssVariables, theme } from './ui/theme.ts';
import { speak } from './words/index.ts';
import { useWords } from './words/use-words.ts';
import classes from './app.module.css';

/** Follows the profile: nothing but a waiting page before it is known, the first steps where it is new, else the app. */
function Root() {
  const say = useWords('shell');
  const { i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const core = useCoreState();
  const { view: profile, error } = useWatch('profile.get', {});
  // What the first run has to tell is read before the app opens, although the profile is ready.
  const [isHeld, setHeld] = useState(false);
  const isKnown = profile !== undefined && profile.state !== 'new';
  const [language, look] = [profile?.language, profile?.theme];

  useEffect(() => {
    if (isKnown && language) speak(language);
  }, [isKnown, language]);
  useEffect(() => {
    if (isKnown && look) setColorScheme(look);
  }, [isKnown, look, setColorScheme]);

  if (!profile) {
    return (
      <main className={classes.waiting}>
        <Logo size={48} />
        {error ? <FailureNotice error={error} /> : (
          <p role="status" className={classes.late}><Loader size="xs" aria-hidden /> {say(core === 'open' ? 'opening' : 'connecting')}</p>
        )}
      </main>
    );
  }
  // Mantine paints weekends red, and red means that something is wrong.
  return (
    <DatesProvider settings={{ locale: i18n.language === 'zh-CN' ? 'zh-cn' : 'en', firstDayOfWeek: 1, weekendDays: [] }}>
      <ProfileProvider value={profile}>
        <Notifications position="bottom-center" autoClose={6_000} transitionDuration={140} />
        {profile.state === 'new' || isHeld ? <FirstRun onHold={setHeld} /> : <Shell />}
      </ProfileProvider>
    </DatesProvider>
  );
}

/** What Mantine's own buttons are called, in the current language. */
function useSpokenTheme() {
  const say = useWords('ui');
  return useMemo(() => {
    const closeButtonProps = { 'aria-label': say('close') };
    return mergeThemeOverrides(theme, {
      components: { Modal: { defaultProps: { closeButtonProps } }, Drawer: { defaultProps: { closeButtonProps } }, Notification: { defaultProps: { closeButtonProps } } },
    });
  }, [say]);
}

export function App({ client }: { client: DurableClient }) {
  const spokenTheme = useSpokenTheme();
  return (
    <CoreProvider client={client}>
      <MantineProvider theme={spokenTheme} cssVariablesResolver={resolveCssVariables} defaultColorScheme="auto">
        <Root />
      </MantineProvider>
    </CoreProvider>
  );
}
