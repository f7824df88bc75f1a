import type { LedgerView } from '#contract/views.ts';
import classes from './chats.module.css';
import { HEAD_ENTRANCES } from './entrances.ts';
import { Thread } from './thread.tsx';

/** The chat of a ledger, as a part of its page. */
export function LedgerChat({ ledger, message }: { ledger: LedgerView; message: string | undefined }) {
  const place = { ledger: ledger.id, about: null };
  const offered = HEAD_ENTRANCES.filter(({ isFor }) => isFor(place));
  return (
    <div className={classes.inLedger}>
      {offered.length > 0 && <div className={classes.head}>{offered.map(({ id, Item }) => <Item key={id} place={place} />)}</div>}
      <Thread ledger={ledger.id} about={null} name={ledger.name} message={message} layout="page" />
    </div>
  );
}
