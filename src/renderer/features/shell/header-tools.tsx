import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { IconEye, IconEyeOff, IconSearch } from '@tabler/icons-react';
import { CallTool } from '#renderer/features/calls/entrances.tsx';
import { openPalette } from '#renderer/features/palette/palette-store.ts';
import { SyncChip } from '#renderer/features/sync/sync-chip.tsx';
import { useCall } from '#renderer/lib/core.tsx';
import { useProfile } from '#renderer/lib/profile.tsx';
import { Keys } from '#renderer/ui/keys.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { CHORDS } from './shortcut-list.ts';
import classes from './shell.module.css';

/** At the right end of every page's head: search, what waits to be sent, somebody to call, and the switch that hides amounts. */
export function HeaderTools() {
  const say = useWords('shell');
  const { hideAmounts } = useProfile();
  const update = useCall('profile.update');
  return (
    <div className={classes.tools}>
      <UnstyledButton className={classes.search} onClick={openPalette} aria-label={say('searchHint')}>
        <IconSearch size={16} aria-hidden />
        <span className={classes.searchWords}>{say('search')}</span>
        <Keys chord={CHORDS.palette} />
      </UnstyledButton>
      <SyncChip />
      <CallTool />
      <Tooltip label={say(hideAmounts ? 'showAmounts' : 'hideAmounts')}>
        <ActionIcon
          variant="subtle" color="gray" size={36} aria-label={say('hideAmounts')} aria-pressed={hideAmounts}
          onClick={() => void update.run({ hideAmounts: !hideAmounts })}
        >
          {hideAmounts ? <IconEyeOff size={18} aria-hidden /> : <IconEye size={18} aria-hidden />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
