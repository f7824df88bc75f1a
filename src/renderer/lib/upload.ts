import { useCallback, useState } from 'react';
import type { Client } from '#contract/client.ts';
import type { ContractError } from '#contract/errors.ts';
import type { Reply } from '#contract/rpc.ts';
import { useClient } from './core.tsx';

/** Bytes of a file that go at a time: the contract's limit of 4 MiB. */
export const PIECE_BYTES = 4 * 1024 * 1024;

/** The browser reads and encodes beside the screen's thread, so typing goes on meanwhile. Undefined where the file went away. */
function toBase64(piece: Blob): Promise<string | undefined> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('error', () => resolve(undefined));
    reader.addEventListener('load', () => resolve(typeof reader.result === 'string' ? reader.result.slice(reader.result.indexOf(',') + 1) : undefined));
    reader.readAsDataURL(piece);
  });
}

/** Hands a file to the core piece by piece and in order; answers with its ticket. `onPart`: how much is there, 0 to 1. */
export async function uploadFile(client: Client, file: Blob, onPart: (part: number) => void): Promise<Reply<{ file: string }>> {
  if (file.size === 0) return { ok: false, error: { code: 'file_empty' } };
  let ticket: string | null = null;
  for (let start = 0; start < file.size; start += PIECE_BYTES) {
    const piece = await toBase64(file.slice(start, start + PIECE_BYTES));
    if (piece === undefined) return { ok: false, error: { code: 'cancelled' } };
    const reply: Reply<{ file: string }> = await client.call('files.upload', { file: ticket, piece });
    if (!reply.ok) return reply;
    ticket = reply.value.file;
    onPart(Math.min(1, (start + PIECE_BYTES) / file.size));
  }
  return ticket === null ? { ok: false, error: { code: 'file_empty' } } : { ok: true, value: { file: ticket } };
}

export interface Uploading {
  run(file: Blob): Promise<string | undefined>;
  /** 0 to 1 while a file is on its way. */
  part: number | undefined;
  error: ContractError | undefined;
  clear(): void;
}

/** Handing a file over, with how far it is; `run` answers with the ticket, or undefined where it failed. */
export function useUpload(): Uploading {
  const client = useClient();
  const [part, setPart] = useState<number>();
  const [error, setError] = useState<ContractError>();
  const run = useCallback(
    async (file: Blob) => {
      setError(undefined);
      setPart(0);
      const reply = await uploadFile(client, file, setPart);
      setPart(undefined);
      if (reply.ok) return reply.value.file;
      setError(reply.error);
      return undefined;
    },
    [client],
  );
  const clear = useCallback(() => setError(undefined), []);
  return { run, part, error, clear };
}
