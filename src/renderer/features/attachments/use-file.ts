import { useEffect, useState } from 'react';
import type { AttachmentView } from '#contract/attachments-views.ts';
import type { Client } from '#contract/client.ts';
import type { ContractError } from '#contract/errors.ts';
import type { Reply } from '#contract/rpc.ts';
import type { Attachable } from '#domain/attachment.ts';
import { useClient } from '#renderer/lib/core.tsx';

export interface ReadFile {
  /** An address of the file within this page. */
  url: string;
  /** What it is by its own bytes; null: nothing that is shown. */
  type: Attachable | null;
}

const toBytes = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** A file that is on this device, piece by piece. */
async function readFile(client: Client, ledger: string, attachment: string): Promise<Reply<{ blob: Blob; type: Attachable | null }>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = 0; ; ) {
    const reply = await client.call('attachments.read', { ledger, attachment, offset });
    if (!reply.ok) return reply;
    const { content, size, type } = reply.value;
    const piece = toBytes(content);
    pieces.push(piece);
    offset += piece.length;
    // The address gets the type that the bytes have: a page never takes it for anything else.
    if (offset >= size || piece.length === 0) return { ok: true, value: { blob: new Blob(pieces, { type: type ?? 'application/octet-stream' }), type } };
  }
}

/** The file of an attachment as soon as it is on this device; its address is good as long as the component is there. */
export function useFile(ledger: string, { id, isHere }: AttachmentView): { file: ReadFile | undefined; error: ContractError | undefined } {
  const client = useClient();
  const [file, setFile] = useState<ReadFile>();
  const [error, setError] = useState<ContractError>();
  useEffect(() => {
    if (!isHere) return undefined;
    let isGone = false;
    let url: string | undefined;
    void readFile(client, ledger, id).then((reply) => {
      if (isGone) return;
      if (!reply.ok) return setError(reply.error);
      url = URL.createObjectURL(reply.value.blob);
      setFile({ url, type: reply.value.type });
    });
    return () => {
      isGone = true;
      if (url !== undefined) URL.revokeObjectURL(url);
      setFile(undefined);
    };
  }, [client, ledger, id, isHere]);
  return { file, error };
}
