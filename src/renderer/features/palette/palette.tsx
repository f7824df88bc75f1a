import { Spotlight, useSpotlight } from '@mantine/spotlight';
import { IconMessageCircle, IconReceipt, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { LedgerSummaryView, SearchView } from '#contract/views.ts';
import { entryTitle } from '#renderer/features/entries/entry-title.ts';
import { CHORDS } from '#renderer/features/shell/shortcut-list.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useFormat } from '#renderer/lib/format.ts';
import { navigate, type Route } from '#renderer/lib/route.ts';
import { useShortcut } from '#renderer/lib/shortcuts.ts';
import { useCategoryName } from '#renderer/ui/category.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { excerpt } from './excerpt.ts';
import { isMatch } from './match.ts';
import { onTypedAhead, openPalette, paletteStore, runCommand } from './palette-store.ts';
import { useCommands, type CommandGroup } from './use-commands.tsx';
import { useHits, usePeopleOfLedgers } from './use-finds.ts';
import { useIouCommands } from './use-ious.tsx';
import classes from './palette.module.css';

/** Of each group at most this many: the palette is for narrowing down, not for reading. */
const MOST_PER_GROUP = 8;
const LIST = 'palette-list';
const OVERLAY = { blur: 0, backgroundOpacity: 0.35 };
const NO_LEDGERS: readonly LedgerSummaryView[] = [];

type MessageHit = SearchView['messages'][number];

/** A message is shown where it was written: beside what it is about, else in its chat. */
const placeOf = ({ ledger, about, message }: MessageHit): Route =>
  about === null ? { page: 'chats', ledger, message } : { page: 'thing', ledger, thing: about, message };

/** Entries and messages as commands that open them. */
function useFoundGroups(query: string): CommandGroup[] {
  const say = useWords('palette');
  const sayEntries = useWords('entries');
  const format = useFormat();
  const categoryName = useCategoryName();
  const sayChat = useWords('chat');
  const { hits, messages } = useHits(query);
  const entries: CommandGroup = {
    title: say('entries'),
    commands: hits.map((hit) => ({
      id: `entry ${hit.ledger} ${hit.entry}`,
      label: entryTitle({ ...hit, category: '' }, { say: sayEntries, categoryName }),
      description: `${format.money(hit.amount, hit.currency)} · ${format.date(hit.date, 'short')} · ${hit.ledgerName}`,
      icon: <IconReceipt size={18} stroke={1.6} aria-hidden />,
      run: () => navigate({ page: 'ledger', ledger: hit.ledger, tab: 'entries', entry: hit.entry }),
    })),
  };
  const chats: CommandGroup = {
    title: say('messages'),
    commands: messages.map((hit) => ({
      id: `message ${hit.message}`,
      label: excerpt(hit.text, query),
      description: `${hit.mine ? sayChat('you') : hit.by.name} · ${format.dateTime(hit.at)} · ${hit.name}`,
      icon: <IconMessageCircle size={18} stroke={1.6} aria-hidden />,
      run: () => navigate(placeOf(hit)),
    })),
  };
  return [entries, chats];
}

/** Ctrl/Cmd+K: finds every ledger, person, entry and setting, and does everything that can be done. */
export function Palette({ onShowShortcuts }: { onShowShortcuts(): void }) {
  const say = useWords('palette');
  const { opened } = useSpotlight(paletteStore);
  const [query, setQuery] = useState('');
  const { view: ledgers } = useWatch('ledgers.list', {});
  const people = usePeopleOfLedgers(opened, ledgers);
  const iouCommands = useIouCommands();
  const commands = [...useCommands(ledgers ?? NO_LEDGERS, people, onShowShortcuts), iouCommands];
  const found = useFoundGroups(query);
  useShortcut(CHORDS.palette, openPalette, { inFields: true });
  useEffect(() => onTypedAhead(setQuery), []);

  const isAsked = query.trim() !== '';
  const groups = [...commands, ...(isAsked ? found : [])]
    .map((group) => ({
      ...group,
      commands: group.commands
        .filter((command) => found.includes(group) || !isAsked || isMatch(query.trim(), command.label, command.description, command.keywords))
        .slice(0, MOST_PER_GROUP),
    }))
    .filter((group) => group.commands.length > 0);

  // Spotlight chooses the first line when the text changes; entries may come after that, and Enter must open the first.
  const firstFound = found.flatMap((group) => group.commands)[0]?.id;
  useEffect(() => {
    const list = document.getElementById(LIST);
    if (list && !list.querySelector('[data-selected]')) list.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  }, [firstFound]);

  // What scrolls must be reachable by keyboard; the list hands these on to its scroll area.
  const scrolling = { viewportProps: { tabIndex: 0, role: 'group', 'aria-label': say('results') } };
  return (
    <Spotlight.Root store={paletteStore} query={query} onQueryChange={setQuery} shortcut={null} scrollable maxHeight={420} transitionProps={{ duration: 100 }} attributes={{ content: { 'aria-label': say('label') } }} size={640} overlayProps={OVERLAY} classNames={{ actionsGroup: classes.group, actionDescription: classes.description }}>
      <Spotlight.Search placeholder={say('placeholder')} aria-label={say('label')} leftSection={<IconSearch size={18} aria-hidden />} />
      <Spotlight.ActionsList id={LIST} {...scrolling}>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group.title} label={group.title}>
            {group.commands.map((command) => (
              <Spotlight.Action key={command.id} label={command.label} description={command.description ?? ''} leftSection={command.icon} onClick={() => runCommand(command.run)} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>{say('nothing')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
