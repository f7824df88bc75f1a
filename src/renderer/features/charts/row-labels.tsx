import { usePlotArea } from 'recharts';
import classes from './charts.module.css';

export interface RowLabel {
  name: string;
  figure: string;
}

const LABEL_WIDTH = 132;
/** Keeps the words off the edge of the band that is drawn around them. */
const INSET = 6;
/** Wider than any digit or sign at the size of the labels. */
const CHARACTER_WIDTH = 8.4;

const figureWidth = (rows: readonly RowLabel[]): number => Math.ceil(Math.max(0, ...rows.map(({ figure }) => figure.length)) * CHARACTER_WIDTH);

/** Room beside the bars for the names on the left and the figures on the right. */
export const rowMargin = (rows: readonly RowLabel[]): { top: number; right: number; bottom: number; left: number } => ({
  top: 4, right: figureWidth(rows) + 8 + INSET, bottom: 4, left: LABEL_WIDTH + 8,
});

/** Names before and figures after rows of bars; the marks speak for them, so they are silent. */
export function RowLabels({ rows }: { rows: readonly RowLabel[] }) {
  const plot = usePlotArea();
  if (!plot) return null;
  const height = plot.height / rows.length;
  const width = figureWidth(rows);
  return rows.map(({ name, figure }, index) => (
    <g key={`${index} ${name}`} aria-hidden>
      <foreignObject x={INSET} y={plot.y + index * height} width={LABEL_WIDTH - INSET} height={height}>
        <div className={classes.label}><span>{name}</span></div>
      </foreignObject>
      <foreignObject x={plot.x + plot.width + 8} y={plot.y + index * height} width={width} height={height}>
        <div className={classes.label} data-end><span>{figure}</span></div>
      </foreignObject>
    </g>
  ));
}
