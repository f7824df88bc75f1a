import { Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconDeviceMobile, IconLoader, IconNfc, IconNfcOff } from '@tabler/icons-react';
import type { ReadersView } from '#contract/counter-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './counter.module.css';

type ReaderTone = 'none' | 'starting' | 'ready' | 'reading' | 'error';

/** One good reader is enough; what is wrong with another is told when one looks. */
export function readersToTone({ readers, drivers }: ReadersView): ReaderTone {
  const states = readers.map(({ state }) => state);
  for (const state of ['reading', 'ready', 'error', 'starting'] as const) if (states.includes(state)) return state;
  return drivers.some(({ state }) => state === 'starting') ? 'starting' : 'none';
}

const ICONS = { none: IconNfcOff, starting: IconLoader, ready: IconNfc, reading: IconDeviceMobile, error: IconAlertTriangle } as const;

function Fault({ reason }: { reason: ReadersView['readers'][number]['reason'] }) {
  const say = useWords('counter');
  return reason && <Text size="sm" c="dimmed">{say(`fault_${reason}`)} {say(`fix_${reason}`)}</Text>;
}

/** Whether a card can be read right now; pressed, it says which readers there are, what is wrong with them and what helps. */
export function ReaderChip() {
  const say = useWords('counter');
  const { view } = useWatch('readers.list', {});
  if (!view) return null;
  const tone = readersToTone(view);
  const Picture = ICONS[tone];
  const off = view.drivers.filter(({ state }) => state === 'off');
  return (
    <Popover position="bottom-end" width={320} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.chip} data-tone={tone} data-testid="reader-chip">
          <Picture size={16} aria-hidden />
          <span>{say('readerChip', { state: say(`reader_${tone}`) })}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={say('readers')}>
        <Stack gap="sm">
          {view.readers.length === 0 && <Text size="sm">{say(view.drivers.length === 0 ? 'noDrivers' : 'noneText')}</Text>}
          {view.readers.map(({ id, name, state, reason }) => (
            <div key={id}>
              <Text size="sm" fw={500}><bdi>{name}</bdi> · {say(`reader_${state}`)}</Text>
              <Fault reason={reason} />
            </div>
          ))}
          {off.map(({ kind, reason }) => (
            <div key={kind}>
              <Text size="sm" fw={500}>{say('driverOff', { kind: say(`kind_${kind}`) })}</Text>
              <Fault reason={reason} />
            </div>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
