import { useRef, useState, type FocusEvent, type HTMLAttributes, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';

export interface ActiveMark {
  index: number;
  /** Where the tooltip's foot stands, in pixels from the plot's upper left corner. */
  left: number;
  top: number;
}

const STEPS: Record<string, (index: number, count: number) => number> = {
  ArrowRight: (index) => index + 1,
  ArrowDown: (index) => index + 1,
  ArrowLeft: (index) => index - 1,
  ArrowUp: (index) => index - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};

const markOf = (target: EventTarget): Element | null => (target instanceof Element ? target.closest('[data-mark]') : null);

/**
 * Which mark of a chart is pointed at. Pointer and focus set the same state, so that they can only ever show the same;
 * Escape takes the tooltip away, the arrow keys, Home and End walk.
 */
export function useMarks(): { plot: RefObject<HTMLDivElement | null>; active: ActiveMark | null; handlers: HTMLAttributes<HTMLDivElement> } {
  const plot = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<ActiveMark | null>(null);

  function show(mark: Element | null): void {
    const frame = plot.current?.getBoundingClientRect();
    if (!mark || !frame) return setActive(null);
    const box = mark.getBoundingClientRect();
    const middle = box.left + box.width / 2 - frame.left;
    const index = Number(mark.getAttribute('data-mark'));
    setActive({ index, left: Math.min(Math.max(middle, 110), Math.max(110, frame.width - 110)), top: box.top - frame.top });
  }
  const focused = (): Element | null => (plot.current?.contains(document.activeElement) ? markOf(document.activeElement ?? document) : null);

  return {
    plot,
    active,
    handlers: {
      onFocus: (event: FocusEvent) => show(markOf(event.target)),
      onBlur: () => setActive(null),
      onPointerMove: (event: PointerEvent) => {
        const mark = markOf(event.target);
        if (mark && Number(mark.getAttribute('data-mark')) !== active?.index) show(mark);
      },
      onPointerLeave: () => show(focused()),
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key === 'Escape' && active) {
          event.stopPropagation();
          return setActive(null);
        }
        const step = STEPS[event.key];
        const marks = plot.current?.querySelectorAll<SVGElement>('[data-mark]');
        if (!step || !marks) return;
        event.preventDefault();
        const index = Number(markOf(event.target)?.getAttribute('data-mark') ?? 0);
        marks[Math.min(Math.max(step(index, marks.length), 0), marks.length - 1)]?.focus();
      },
    },
  };
}
