import { useCallback, useState } from 'react';
import type { ContractError } from '#contract/errors.ts';
import { MAXIMUM_ATTACHMENT_BYTES } from '#domain/attachment.ts';
import { useClient } from '#renderer/lib/core.tsx';
import { newId } from '#renderer/lib/new-id.ts';
import { uploadFile } from '#renderer/lib/upload.ts';

/** A file's name as one line that the contract takes: of a pasted picture there may be none. */
const nameOf = ({ name }: File): string => name.replaceAll(/[\p{C}\u2028\u2029]/gu, '').trim().slice(-200) || 'file';

export interface Attaching {
  /** Hangs files on a thing, one after the other; answers with the names of those that are there. */
  run(ledger: string, about: string, files: readonly File[]): Promise<string[]>;
  /** The name of the file that is on its way. */
  busy: string | undefined;
  error: ContractError | undefined;
  clear(): void;
}

export function useAttach(): Attaching {
  const client = useClient();
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState<ContractError>();
  const run = useCallback(
    async (ledger: string, about: string, files: readonly File[]) => {
      setError(undefined);
      const done: string[] = [];
      for (const file of files) {
        const name = nameOf(file);
        setBusy(name);
        if (file.size > MAXIMUM_ATTACHMENT_BYTES) {
          setError({ code: 'attachment_too_large' });
          continue;
        }
        const sent = await uploadFile(client, file, () => undefined);
        const added = sent.ok ? await client.call('attachments.add', { ledger, about, attachment: newId(), file: sent.value.file, name }) : sent;
        if (added.ok) done.push(name);
        else setError(added.error);
      }
      setBusy(undefined);
      return done;
    },
    [client],
  );
  const clear = useCallback(() => setError(undefined), []);
  return { run, busy, error, clear };
}
