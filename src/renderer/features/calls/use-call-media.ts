import { useCallback, useEffect, useRef, useState } from 'react';
import type { CallView } from '#contract/calls-views.ts';
import { useClient } from '#renderer/lib/core.tsx';
import { createCallMedia, type CallMedia } from './media.ts';
import { screenId } from './screen-id.ts';

export interface CallSound {
  isMuted: boolean;
  toggleMuted(): void;
  /** The id of the loudspeaker; empty for the system's own choice. */
  speaker: string;
  /** Whether it could be used. */
  chooseSpeaker(device: string): Promise<boolean>;
}

/** The sound of the call, as long as this window is the one that has it. */
export function useCallMedia(call: CallView | null): CallSound {
  const client = useClient();
  const media = useRef<CallMedia>(undefined);
  const [mutedIn, setMutedIn] = useState<string>();
  const [speaker, setSpeaker] = useState('');
  const isOn = call !== null && call.phase !== 'ended' && call.screen === screenId() && !(call.side === 'callee' && call.phase === 'ringing');
  const id = isOn ? call.call : undefined;

  useEffect(() => {
    if (id === undefined) return undefined;
    // In the page, although nobody sees it: a sound that belongs to nothing is not played everywhere.
    const audio = document.createElement('audio');
    audio.dataset['testid'] = 'call-audio';
    document.body.append(audio);
    const made = createCallMedia({ client, call: id, screen: screenId(), audio });
    media.current = made;
    return () => {
      media.current = undefined;
      made.close();
      audio.remove();
    };
  }, [client, id]);

  const isMuted = id !== undefined && mutedIn === id;
  const toggleMuted = useCallback(() => {
    media.current?.setMuted(!isMuted);
    setMutedIn(isMuted ? undefined : id);
  }, [isMuted, id]);
  return {
    isMuted, toggleMuted, speaker,
    async chooseSpeaker(device) {
      try {
        await media.current?.setSpeaker(device);
        setSpeaker(device);
        return true;
      } catch {
        // Unplugged a moment ago, or not allowed: what was used before goes on.
        return false;
      }
    },
  };
}
