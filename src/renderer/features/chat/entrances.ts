import type { ComponentType } from 'react';
import { CallButton, CallItem } from '#renderer/features/calls/entrances.tsx';
import { WriteIouItem } from '#renderer/features/ious/entrances.tsx';

/** Where a chat is, for what is started from it. */
export interface ChatPlace {
  ledger: string;
  /** The entry, IOU or sale whose thread it is; null for the chat of the ledger. */
  about: string | null;
}

export interface ChatEntrance {
  id: string;
  /** Whether it has something to offer in this chat, as far as that can be told without asking the core. */
  isFor(place: ChatPlace): boolean;
  /**
   * In the menu: one `Menu.Item` of Mantine. In the head: one small button. A dialog that it opens belongs outside of it (as
   * lib/open-form.ts does), because a menu takes what is in it away when it closes.
   */
  Item: ComponentType<{ place: ChatPlace }>;
}

/** What the "+" beside the field of a chat offers. Where nothing is for a chat, there is no "+". */
export const PLUS_ENTRANCES: readonly ChatEntrance[] = [
  { id: 'call', isFor: () => true, Item: CallItem },
  { id: 'iou', isFor: ({ about }) => about === null, Item: WriteIouItem },
];

/** Small buttons at the right end of a chat's head. */
export const HEAD_ENTRANCES: readonly ChatEntrance[] = [{ id: 'call', isFor: () => true, Item: CallButton }];
