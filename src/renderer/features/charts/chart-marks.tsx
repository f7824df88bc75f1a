import { useChartWidth, usePlotArea, useXAxisScale, ZIndexLayer } from 'recharts';
import classes from './charts.module.css';

/** One thing a chart shows that can be pointed at, walked to and opened. */
export interface ChartMark {
  key: string;
  title: string;
  lines: { name: string; value: string }[];
  /** Where the entries behind it are. */
  href: string;
}

export interface MarksProps {
  marks: readonly ChartMark[];
  /** The mark that has the focus or the pointer. */
  active: number | null;
}

interface Band {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Bands that fill a plot side by side: along x for months, along y for rows of bars with the words beside them. */
export function MarkBands({ marks, active, along }: MarksProps & { along: 'x' | 'y' }) {
  const plot = usePlotArea();
  const chartWidth = useChartWidth();
  if (!plot || chartWidth === undefined) return null;
  const step = (along === 'x' ? plot.width : plot.height) / marks.length;
  return (
    <Bands
      marks={marks}
      active={active}
      place={(index) =>
        along === 'x'
          ? { ...plot, x: plot.x + index * step, width: step }
          : { x: 1, width: chartWidth - 2, y: plot.y + index * step, height: step }
      }
    />
  );
}

/** Bands around the points of a line, each reaching half way to its neighbours. */
export function MarkPoints({ marks, active, at }: MarksProps & { at: readonly number[] }) {
  const plot = usePlotArea();
  const scale = useXAxisScale();
  if (!plot || !scale) return null;
  const points = at.map((value) => scale(value) ?? plot.x);
  const middle = (index: number): number => ((points[index - 1] ?? plot.x) + (points[index] ?? plot.x)) / 2;
  return (
    <Bands
      marks={marks}
      active={active}
      place={(index) => {
        const start = index === 0 ? plot.x : middle(index);
        const end = index === points.length - 1 ? plot.x + plot.width : middle(index + 1);
        return { ...plot, x: start, width: Math.max(0, end - start) };
      }}
    />
  );
}

/** What a mark says to somebody who hears it. */
export const markToText = (mark: ChartMark): string =>
  [mark.title, ...mark.lines.map((line) => `${line.name} ${line.value}`)].join(', ');

/** Over everything recharts draws, bars, lines and labels alike (its own layers end at 2 000). */
const ABOVE_ALL = 3_000;

/** One tab stop for the whole chart; the arrow keys move within it (use-marks.ts). Links, so Enter and click open them. */
function Bands({ marks, active, place }: MarksProps & { place(index: number): Band }) {
  return (
    <ZIndexLayer zIndex={ABOVE_ALL}>
      {marks.map((mark, index) => (
        <a key={mark.key} href={mark.href} className={classes.mark} data-mark={index} tabIndex={index === (active ?? 0) ? 0 : -1} aria-label={markToText(mark)}>
          <rect {...place(index)} rx={4} data-active={index === active || undefined} />
        </a>
      ))}
    </ZIndexLayer>
  );
}
