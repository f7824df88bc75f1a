import type { IouRowView } from '#contract/ious-views.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useWords } from '#renderer/words/use-words.ts';

/** The one of the two who is not me; for somebody who only looks on, the lender. */
export const otherOf = ({ mine, lender, borrower }: IouRowView): IouRowView['lender'] => (mine === 'lender' ? borrower : lender);

/** How an IOU stands, and when it is due, in words. */
export function useIouWords() {
  const say = useWords('ious');
  const format = useFormat();
  const due = (daysLeft: number, date: string): string =>
    daysLeft < 0 ? say('dueWas', { date: format.date(date, 'short') }) : say('dueIn', { days: daysLeft });
  function state(iou: IouRowView): string {
    switch (iou.state) {
      case 'written': return iou.mine === 'borrower' ? say('stateWrittenMe') : say('stateWritten', { name: iou.borrower.calledName });
      case 'signed': return iou.mine === 'lender' ? say('stateWrittenMe') : say('stateWritten', { name: iou.lender.calledName });
      case 'effective': return say('stateEffective');
      case 'partly': return say('statePartly');
      case 'repaid': return say('stateRepaid');
      case 'declined': return say('stateDeclined');
      case 'void': return say('stateVoid');
      default: return iou.state satisfies never;
    }
  }
  function who(iou: IouRowView): string {
    if (iou.mine === null) return say('theyLend', { lender: iou.lender.calledName, borrower: iou.borrower.calledName });
    return say(iou.mine === 'lender' ? 'youLend' : 'youBorrow', { name: otherOf(iou).calledName });
  }
  return { state, due, who };
}

/** Whether somebody waits for me. */
export const isForMe = ({ may }: Pick<IouRowView, 'may'>): boolean => may.includes('sign') || may.includes('confirm');
