import { useEffect, useRef, useState } from 'react';
import { useMessageLine } from './message-line.ts';
import type { MessagePages } from './use-messages.ts';

/** As many are read out at once; a hundred that come together after a journey are not. */
const MOST = 3;

interface Arrival {
  id: string;
  name: string;
  text: string;
}

/** What others have written since the list was opened, the last few, for a screen reader. */
export function useArrivals(pages: MessagePages): Arrival[] {
  const lineOf = useMessageLine();
  const [arrived, setArrived] = useState<Arrival[]>([]);
  const known = useRef(pages.state().total ?? 0);
  useEffect(
    () => pages.subscribe(() => {
      const { total = 0 } = pages.state();
      const fresh: Arrival[] = [];
      for (let index = Math.max(known.current, total - MOST); index < total; index += 1) {
        const row = pages.rowAt(index);
        // Its page comes in a moment, or is far from what is read.
        if (!row) return;
        if (!row.mine) fresh.push({ id: row.id, name: row.by.name, text: lineOf(row) });
      }
      known.current = total;
      if (fresh.length > 0) setArrived(fresh);
    }),
    [pages, lineOf],
  );
  return arrived;
}
