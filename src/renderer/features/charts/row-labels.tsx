import { usePlotArea } from 'recharts';
import classes from './charts.module.css';

export const LABEL_WIDTH = 132;
export const FIGURE_WIDTH = 132;
/** Room beside the bars for the names on the left and the figures on the right. */
export const ROW_MARGIN = { top: 4, right: FIGURE_WIDTH + 8, bottom: 4, left: LABEL_WIDTH + 8 };

/** Names before and figures after rows of bars; the marks speak for them, so they are silent. */
export function RowLabels({ rows }: { rows: readonly { name: string; figure: string }[] }) {
  const plot = usePlotArea();
  if (!plot) return null;
  const height = plot.height / rows.length;
  return rows.map(({ name, figure }, index) => (
    <g key={`${index} ${name}`} aria-hidden>
      <foreignObject x={0} y={plot.y + index * height} width={LABEL_WIDTH} height={height}>
        <div className={classes.label}><span>{name}</span></div>
      </foreignObject>
      <foreignObject x={plot.x + plot.width + 8} y={plot.y + index * height} width={FIGURE_WIDTH} height={height}>
        <div className={classes.label} data-end><span>{figure}</span></div>
      </foreignObject>
    </g>
  ));
}
