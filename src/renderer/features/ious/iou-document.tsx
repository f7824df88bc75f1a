import { IconCheck } from '@tabler/icons-react';
import { useId } from 'react';
import type { IouPartyView, IouView } from '#contract/ious-views.ts';
import { amountToChineseCapitals } from '#domain/chinese-capitals.ts';
import type { IouRole } from '#domain/iou-rules.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { Money } from '#renderer/ui/money.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { useIouWords } from './iou-words.ts';
import classes from './ious.module.css';

/** How much came back, as notches on the stick: one for each tenth. */
function Progress({ amount, repaid, text }: { amount: number; repaid: number; text: string }) {
  const tenths = Math.floor((repaid / amount) * 10);
  return (
    <div className={classes.progress}>
      <span className={classes.notches} aria-hidden>{Array.from({ length: 10 }, (_, index) => <i key={index} data-cut={index < tenths || undefined} />)}</span>
      <span>{text}</span>
    </div>
  );
}

function SignatureBox({ of: role, party, signedAt }: { of: IouRole; party: IouPartyView; signedAt: number | null }) {
  const say = useWords('ious');
  const ui = useWords('ui');
  const format = useFormat();
  const label = useId();
  return (
    <div className={classes.half} data-signed={signedAt !== null || undefined} data-role={role} role="group" aria-labelledby={label}>
      <div id={label} className={classes.faint}>{say(role)}</div>
      <div className={classes.signature}><bdi>{party.name}</bdi>{party.me && <span className={classes.me}> {ui('me')}</span>}</div>
      {party.calledName !== party.name && <div className={classes.faint}>{say('calledByMe', { name: party.calledName })}</div>}
      <div className={classes.signedAt}>
        {signedAt === null ? <span className={classes.faint}>{say('notSigned')}</span> : <><IconCheck size={16} aria-hidden /> {say('signedAt', { date: format.dateTime(signedAt) })}</>}
      </div>
    </div>
  );
}

/** The IOU as a sheet of paper. */
export function IouDocument({ iou }: { iou: IouView }) {
  const say = useWords('ious');
  const words = useIouWords();
  const format = useFormat();
  const { lender, borrower, amount, repaid, currency, purpose, lent, due, state, daysLeft, signedAt, iou: number } = iou;
  const money = (value: number): string => format.money(value, currency);
  const isBinding = signedAt.lender !== null && signedAt.borrower !== null;
  return (
    <article className={classes.paper} aria-label={say('one')} data-state={state}>
      <header className={classes.paperHead}>
        <span className={classes.paperTitle}>{say('one')}</span>
        <span className={classes.state} data-state={state} data-testid="iou-state">{words.state(iou)}{daysLeft !== null && ` · ${words.due(daysLeft, due)}`}</span>
      </header>
      <p className={classes.sentence}><bdi>{say('borrows', { borrower: borrower.name, lender: lender.name })}</bdi></p>
      <div className={classes.amount}><Money amount={amount} currency={currency} size="headline" /></div>
      {currency === 'CNY' && !format.isHidden && <div className={classes.capitals} lang="zh-CN" data-testid="capitals">{amountToChineseCapitals(amount)}</div>}
      <dl className={classes.facts}>
        <dt>{say('purpose')}</dt><dd><bdi>{purpose}</bdi></dd>
        <dt>{say('lent')}</dt><dd>{format.date(lent)}</dd>
        <dt>{say('due')}</dt><dd>{format.date(due)}</dd>
      </dl>
      {isBinding && state !== 'void' && (
        <Progress amount={amount} repaid={repaid} text={`${say('repaid', { repaid: money(repaid), amount: money(amount) })}${repaid < amount ? ` · ${say('openAmount', { amount: money(amount - repaid) })}` : ''}`} />
      )}
      <div className={classes.stick} role="group" aria-label={say('signatures')} data-joined={isBinding || undefined}>
        <SignatureBox of="borrower" party={borrower} signedAt={signedAt.borrower} />
        <SignatureBox of="lender" party={lender} signedAt={signedAt.lender} />
      </div>
      <footer className={classes.faint}>{say('documentNumber', { number: number.slice(0, 8).toUpperCase() })}</footer>
    </article>
  );
}
