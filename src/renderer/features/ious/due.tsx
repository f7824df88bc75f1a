import { Anchor } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCalendarDue, IconChevronRight } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { IouReminderView } from '#contract/ious-views.ts';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { useWords } from '#renderer/words/use-words.ts';
import { useIouWords } from './iou-words.ts';
import classes from './ious.module.css';

/** On Today: what is due within a week or was due. */
export function DueIous({ reminders }: { reminders: readonly IouReminderView[] }) {
  const say = useWords('ious');
  const words = useIouWords();
  if (reminders.length === 0) return null;
  return (
    <section aria-labelledby="today-due">
      <h2 id="today-due" className={classes.todayHeading}>{say('todayDue')}</h2>
      <ul className={classes.dues}>
        {reminders.map(({ ledger, iou, mine, other, purpose, due, daysLeft }) => (
          <li key={`${ledger} ${iou}`}>
            <a className={classes.due} href={routeToHash({ page: 'ious', ledger, iou })}>
              <span className={classes.rowIcon}><IconCalendarDue size={18} aria-hidden /></span>
              <span className={classes.rowText}>
                <span><strong><bdi>{say(mine === 'borrower' ? 'dueMine' : 'dueTheirs', { other })}</bdi></strong> · <bdi>{purpose}</bdi></span>
              </span>
              <span>{words.due(daysLeft, due)}</span>
              <IconChevronRight size={16} aria-hidden />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Tells of each reminder once on this device, where the host does not: a quiet note without amounts. */
export function DueNotices() {
  const say = useWords('ious');
  const words = useIouWords();
  const { view } = useWatch('ious.reminders', {});
  const { run } = useCall('ious.told');
  const shown = useRef(new Set<string>());
  useEffect(() => {
    const fresh = view?.filter(({ iou, reminder, untold }) => untold && !shown.current.has(`${iou} ${reminder}`)) ?? [];
    if (fresh.length === 0) return;
    for (const { ledger, iou, other, due, daysLeft, reminder } of fresh) {
      shown.current.add(`${iou} ${reminder}`);
      notifications.show({
        title: say('noticeTitle', { other }), autoClose: 12_000,
        message: <Anchor inherit underline="always" href={routeToHash({ page: 'ious', ledger, iou })}>{words.due(daysLeft, due)}</Anchor>,
      });
    }
    void run({ reminders: fresh.map(({ ledger, iou, reminder }) => ({ ledger, iou, reminder })) });
  }, [view, run, say, words]);
  return null;
}
