import { useMemo, useState } from 'react';
import { CallHost } from '#renderer/features/calls/call-host.tsx';
import { EntryFormHost } from '#renderer/features/entries/form/entry-form-host.tsx';
import { DueNotices } from '#renderer/features/ious/due.tsx';
import { Palette } from '#renderer/features/palette/palette.tsx';
import { useCall } from '#renderer/lib/core.tsx';
import { useProfile } from '#renderer/lib/profile.tsx';
import { useShortcut } from '#renderer/lib/shortcuts.ts';
import { PageTools } from '#renderer/ui/page-tools.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { CoreBanner } from './core-banner.tsx';
import { HeaderTools } from './header-tools.tsx';
import { RoutedPage } from './routed-page.tsx';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { CHORDS } from './shortcut-list.ts';
import { Sidebar } from './sidebar.tsx';
import { StoreBanner } from './store-banner.tsx';
import classes from './shell.module.css';

/** The frame of the app: where one can go, the page, and what can be reached from every page. */
export function Shell() {
  const say = useWords('shell');
  const { hideAmounts } = useProfile();
  const update = useCall('profile.update');
  const [isSheetOpen, setSheetOpen] = useState(false);
  const tools = useMemo(() => <HeaderTools />, []);

  useShortcut(CHORDS.sheet, () => setSheetOpen(true));
  useShortcut(CHORDS.hide, () => void update.run({ hideAmounts: !hideAmounts }), { everywhere: true });

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content" onClick={(event) => {
        event.preventDefault(); // the address after # is the page
        document.getElementById('content')?.focus();
      }}>{say('skip')}</a>
      <Sidebar />
      <div className={classes.main}>
        <CoreBanner />
        <StoreBanner />
        <CallHost />
        <main id="content" tabIndex={-1} className={classes.page}>
          <PageTools value={tools}><RoutedPage /></PageTools>
        </main>
      </div>
      <EntryFormHost />
      <DueNotices />
      <Palette onShowShortcuts={() => setSheetOpen(true)} />
      <ShortcutSheet opened={isSheetOpen} onClose={() => setSheetOpen(false)} />
    </div>
  );
}
