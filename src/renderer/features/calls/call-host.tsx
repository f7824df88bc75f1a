import { useEffect } from 'react';
import { useWatch } from '#renderer/lib/core.tsx';
import { CallBar, OverBar } from './call-bar.tsx';
import { CallSheet } from './call-sheet.tsx';
import { useCallStore } from './call-store.ts';
import { startRinging } from './ring-sound.ts';
import { RingSheet } from './ring-sheet.tsx';
import { screenId } from './screen-id.ts';
import { useCallMedia } from './use-call-media.ts';
import { WishDialog } from './wish-dialog.tsx';

/** Everything of a call that goes on, beside the page one is on: what rings, the sound, the sheet or the bar. */
export function CallHost() {
  const { view: state } = useWatch('calls.state', {});
  const { isSmall } = useCallStore();
  const call = state?.call ?? null;
  const sound = useCallMedia(call);
  const isRingingOut = call?.side === 'caller' && call.phase === 'ringing' && call.screen === screenId();
  useEffect(() => (isRingingOut ? startRinging('outgoing') : undefined), [isRingingOut]);
  if (!state) return null;
  const isIncoming = call?.side === 'callee' && call.phase === 'ringing';
  return (
    <>
      {call?.phase === 'ended' && <OverBar call={call} />}
      {call && isIncoming && <RingSheet key={call.call} call={call} isIntroduced={state.introduced} />}
      {call && call.phase !== 'ended' && !isIncoming && (isSmall ? <CallBar call={call} sound={sound} /> : <CallSheet call={call} sound={sound} />)}
      <WishDialog state={state} />
    </>
  );
}
