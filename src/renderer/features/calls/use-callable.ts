import type { VerifiedView } from '#contract/people-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';

/** Somebody who can be called, and in which ledger. */
export interface Callable {
  ledger: string;
  root: string;
  name: string;
  realName: string | null;
  picture: string | null;
  verified: VerifiedView | null;
}

/** The others of a ledger; of all contacts where `ledger` is null; nobody is asked for where it is undefined. */
export function useCallable(ledger: string | null | undefined): Callable[] | undefined {
  const { view: contacts } = useWatch('contacts.list', ledger === undefined ? null : {});
  const { view: members } = useWatch('members.get', typeof ledger === 'string' ? { ledger } : null);
  if (ledger === undefined) return undefined;
  if (ledger === null) {
    return contacts?.flatMap((one) => (one.ledger !== null && one.state === 'active' ? [{ ...one, ledger: one.ledger }] : []));
  }
  return members?.members.flatMap(({ root, me, devices, name, realName, picture, verified }) =>
    root !== null && !me && devices.some(({ recovery }) => !recovery) ? [{ ledger, root, name, realName, picture, verified }] : []);
}
