import { Alert, Button, Skeleton, Stack } from '@mantine/core';
import { IconArrowLeft, IconInfoCircle } from '@tabler/icons-react';
import type { IouView } from '#contract/ious-views.ts';
import { CallAboutButton } from '#renderer/features/calls/entrances.tsx';
import { ThreadSection } from '#renderer/features/chat/thread-section.tsx';
import { useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { IouActions } from './iou-actions.tsx';
import { IouDocument } from './iou-document.tsx';
import { IouExport } from './iou-export.tsx';
import { IouHistory, IouReceipt, IouRepayments } from './iou-steps.tsx';
import { otherOf, useIouWords } from './iou-words.ts';
import classes from './ious.module.css';

/** One IOU: the document, what can be done with it, and what was. */
export function IouPage({ ledger, iou, message }: { ledger: string; iou: string; message: string | undefined }) {
  const say = useWords('ious');
  const words = useIouWords();
  const { view, error } = useWatch('ious.get', { ledger, iou });
  const back = <Button component="a" href={routeToHash({ page: 'ious' })} variant="default" leftSection={<IconArrowLeft size={16} aria-hidden />}>{say('back')}</Button>;
  if (!view) {
    return (
      <Page title={say('one')} actions={back}>
        <FailureNotice error={error} />
        {view === null ? <EmptyState title={say('goneTitle')} text={say('goneText')} /> : !error && <Skeleton height={320} aria-hidden />}
      </Page>
    );
  }
  return (
    <Page title={words.who(view)} actions={<><CallAboutButton place={{ ledger, about: iou }} />{back}</>}>
      <Stack gap="lg" className={classes.page}>
        <IouDocument iou={view} />
        <Voiding iou={view} />
        <div className={classes.actions}><IouActions iou={view} /><IouExport iou={view} /></div>
        <IouReceipt iou={view} />
        <IouRepayments iou={view} />
        <IouHistory iou={view} />
        <ThreadSection ledger={ledger} about={iou} name={say('thread')} message={message} />
      </Stack>
    </Page>
  );
}

function Voiding({ iou }: { iou: IouView }) {
  const say = useWords('ious');
  const [asked] = iou.voided;
  if (asked === undefined || iou.state === 'void') return null;
  const name = asked === iou.mine ? otherOf(iou).calledName : iou[asked].calledName;
  return <Alert color="amber" icon={<IconInfoCircle aria-hidden />} role="status">{say(asked === iou.mine ? 'voidAskedByMe' : 'voidAsked', { name })}</Alert>;
}
