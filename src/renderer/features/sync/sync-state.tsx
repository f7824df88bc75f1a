import { IconCloudCheck, IconCloudOff, IconCloudUp, IconDeviceDesktop, IconExclamationCircle, IconPlayerPause, IconRefresh } from '@tabler/icons-react';
import type { ConnectionState, SyncView } from '#contract/views.ts';

/** What a person is told: the connection, and whether something is on its way. */
export type SyncState = ConnectionState | 'onlineWaiting';

export const viewToState = ({ connection, waiting }: SyncView): SyncState => (connection === 'online' && waiting > 0 ? 'onlineWaiting' : connection);

const ICONS = {
  notSet: IconDeviceDesktop,
  paused: IconPlayerPause,
  connecting: IconRefresh,
  online: IconCloudCheck,
  onlineWaiting: IconCloudUp,
  away: IconCloudOff,
  refused: IconExclamationCircle,
} satisfies Record<SyncState, typeof IconCloudCheck>;

/** Whether a state wants attention: nothing, patience, or somebody to act. */
export const stateToTone = (state: SyncState): 'calm' | 'waits' | 'wrong' =>
  state === 'refused' ? 'wrong' : state === 'online' || state === 'notSet' ? 'calm' : 'waits';

export function SyncIcon({ state, size = 16 }: { state: SyncState; size?: number }) {
  const Icon = ICONS[state];
  return <Icon size={size} aria-hidden />;
}
