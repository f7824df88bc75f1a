import { Button, Paper, Skeleton, Stack } from '@mantine/core';
import { IconArrowDownLeft, IconArrowUpRight, IconCloudUp, IconWritingSign } from '@tabler/icons-react';
import type { IouRowView } from '#contract/ious-views.ts';
import { useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Money } from '#renderer/ui/money.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { IouPage } from './iou-page.tsx';
import { isForMe, useIouWords } from './iou-words.ts';
import classes from './ious.module.css';

/** All IOUs, or one of them. */
export function IousPage({ ledger, iou, message }: { ledger?: string | undefined; iou?: string | undefined; message?: string | undefined }) {
  return ledger !== undefined && iou !== undefined ? <IouPage key={iou} ledger={ledger} iou={iou} message={message} /> : <Ious />;
}

const isOpen = ({ state }: IouRowView): boolean => state === 'effective' || state === 'partly';
const isUnsigned = ({ state }: IouRowView): boolean => state === 'written' || state === 'signed';

function Ious() {
  const say = useWords('ious');
  const { view: ious, error } = useWatch('ious.list', {});
  const { view: contacts } = useWatch('contacts.list', {});
  const isAlone = contacts?.length === 0;
  const write = isAlone
    ? <Button component="a" href={routeToHash({ page: 'contacts' })}>{say('contacts')}</Button>
    : <Button component="a" href={routeToHash({ page: 'write-iou' })} leftSection={<IconWritingSign size={16} aria-hidden />}>{say('write')}</Button>;
  const mine = ious?.filter(isForMe) ?? [];
  const rest = ious?.filter((one) => !isForMe(one)) ?? [];
  return (
    <Page title={say('title')} actions={ious && ious.length > 0 && write}>
      <FailureNotice error={error} />
      {!ious && !error && <Skeleton height={120} aria-hidden />}
      {ious?.length === 0 && (
        <EmptyState icon={<IconWritingSign size={40} stroke={1.25} />} title={say('emptyTitle')} text={`${say('emptyText')}${isAlone ? ` ${say('emptyNobody')}` : ''}`} action={write} />
      )}
      <Stack gap="lg">
        <Group label={say('forYou')} ious={mine} />
        <Group label={say('open')} ious={rest.filter(isOpen)} />
        <Group label={say('unsigned')} ious={rest.filter(isUnsigned)} />
        <Group label={say('over')} ious={rest.filter((one) => !isOpen(one) && !isUnsigned(one))} />
      </Stack>
    </Page>
  );
}

function Group({ label, ious }: { label: string; ious: readonly IouRowView[] }) {
  if (ious.length === 0) return null;
  return (
    <section aria-label={label}>
      <h2 className={classes.heading}>{label}</h2>
      <Paper withBorder>
        <ul className={classes.list}>{ious.map((one) => <Row key={`${one.ledger} ${one.iou}`} iou={one} />)}</ul>
      </Paper>
    </section>
  );
}

function Row({ iou }: { iou: IouRowView }) {
  const say = useWords('ious');
  const words = useIouWords();
  const { ledger, iou: id, mine, purpose, currency, amount, repaid, daysLeft, due, waiting, may } = iou;
  const Arrow = mine === 'borrower' ? IconArrowDownLeft : IconArrowUpRight;
  const facts = [may.includes('confirm') ? say('confirmMe') : words.state(iou), ...(daysLeft === null ? [] : [words.due(daysLeft, due)])];
  return (
    <li>
      <a className={classes.row} href={routeToHash({ page: 'ious', ledger, iou: id })}>
        <span className={classes.rowIcon}><Arrow size={18} aria-hidden /></span>
        <span className={classes.rowText}>
          <span className={classes.rowTitle}><bdi>{words.who(iou)}</bdi> <span className={classes.faint}>· <bdi>{purpose}</bdi></span></span>
          <span className={classes.faint} data-wait={isForMe(iou) || undefined}>{facts.join(' · ')}</span>
        </span>
        {waiting && <IconCloudUp size={16} role="img" aria-label={say('waiting')} />}
        <span className={classes.rowMoney}>
          <Money amount={daysLeft === null ? amount : amount - repaid} currency={currency} />
          {repaid > 0 && daysLeft !== null && <span className={classes.faint}>{say('stillOpen')}</span>}
        </span>
      </a>
    </li>
  );
}

/** In the sidebar: how many wait for me. */
export function IousForMe() {
  const say = useWords('ious');
  const { view } = useWatch('ious.list', {});
  const count = view?.filter(isForMe).length ?? 0;
  return count > 0 ? <span className={classes.count} aria-label={`${say('forYou')}: ${count}`} role="img">{count}</span> : null;
}
