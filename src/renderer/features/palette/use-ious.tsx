import { IconWritingSign } from '@tabler/icons-react';
import { useIouWords } from '#renderer/features/ious/iou-words.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { navigate } from '#renderer/lib/route.ts';
import { useWords } from '#renderer/words/use-words.ts';
import type { CommandGroup } from './use-commands.tsx';

/** IOUs, found by whom they are with and what they are for. */
export function useIouCommands(): CommandGroup {
  const say = useWords('palette');
  const words = useIouWords();
  const { view = [] } = useWatch('ious.list', {});
  return {
    title: say('ious'),
    commands: view.map((one) => ({
      id: `iou ${one.ledger} ${one.iou}`, label: words.who(one), description: `${one.purpose} · ${words.state(one)}`, icon: <IconWritingSign size={18} stroke={1.6} aria-hidden />,
      keywords: one.purpose, run: () => navigate({ page: 'ious', ledger: one.ledger, iou: one.iou }),
    })),
  };
}
