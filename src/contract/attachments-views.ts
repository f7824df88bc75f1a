import type { Attachable } from '#domain/attachment.ts';
import type { Id } from '#domain/ids.ts';

export interface AttachmentView {
  id: Id;
  /** As whoever attached it called the file. */
  name: string;
  /** As they said; what it is shows when it is read. */
  type: string;
  /** In bytes. */
  size: number;
  state: 'active' | 'removed';
  /** Milliseconds since 1970, by the clock of who attached it. */
  at: number;
  /** The name of who attached it; empty where that is not known. */
  by: string;
  /** Whether the file is on this device. */
  isHere: boolean;
  /** Whether the file waits to be sent to the relay, from this device. */
  waiting: boolean;
}

export interface AttachmentPieceView {
  /** What the file is by its first bytes; null: nothing that is shown. */
  type: Attachable | null;
  /** Of the whole, in bytes. */
  size: number;
  /** base64 */
  content: string;
}
