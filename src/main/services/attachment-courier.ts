/** Brings attached files to the relay, one after the other, whenever it is there. */
import type { LedgerId } from '#domain/ids.ts';
import { sealBlobAgain, uploadBlob } from '#sync/blobs.ts';
import { toFileName, type AttachmentFiles } from '#main/attachment-files.ts';
import type { AttachmentQueries } from '#main/db/queries/attachments.ts';
import type { Ground } from './ground.ts';

export interface Courier {
  /** Something may be there to be sent, or the relay may. */
  look(): void;
  /** The relay's present log has this file. */
  noteSent(ledger: LedgerId, blob: string): void;
}

interface Parts {
  files: AttachmentFiles;
  attachments: AttachmentQueries;
  markSent(ledger: LedgerId, blob: string): Promise<unknown>;
}

/** Longest wait for a relay that was there a moment ago, in milliseconds. */
const PATIENCE = 10_000;

export function createCourier({ link, keyring, publish, inBackground, onClose }: Ground, { files, attachments, markSent }: Parts): Courier {
  let isUnderWay = false;
  let isAskedAgain = false;
  let isClosed = false;
  const isOnline = (): boolean => !isClosed && link.state().connection === 'online';

  async function noteSent(ledger: LedgerId, blob: string): Promise<void> {
    await markSent(ledger, blob);
    publish(`ledger:${ledger}`);
  }

  /** Sends what waits in a ledger; stops at the first that the relay does not take now. */
  async function bring(ledger: LedgerId): Promise<void> {
    for (const reference of attachments.unsent(ledger)) {
      if (!isOnline()) return;
      const name = toFileName(reference);
      const bytes = files.has(name) ? await files.read(name) : undefined;
      const sealed = bytes && (await sealBlobAgain(reference, bytes));
      // Not here, or not what it was: others may have it.
      if (!sealed?.ok) continue;
      const sent = await uploadBlob({ session: link, patience: PATIENCE }, ledger, sealed.value);
      if (!sent.ok) return;
      await noteSent(ledger, reference.blob);
    }
  }

  async function goRound(): Promise<void> {
    do {
      isAskedAgain = false;
      for (const ledger of keyring.get().ledgers) if (isOnline()) await bring(ledger);
    } while (isAskedAgain);
  }

  function look(): void {
    isAskedAgain = true;
    if (isUnderWay || !isOnline()) return;
    isUnderWay = true;
    inBackground(() => goRound().finally(() => (isUnderWay = false)));
  }

  // A ledger that has come into step is one that takes files.
  const stopListening = link.onState(look);
  onClose(() => {
    isClosed = true;
    stopListening();
  });
  return { look, noteSent: (ledger, blob) => inBackground(() => noteSent(ledger, blob)) };
}
