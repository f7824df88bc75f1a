import { Group, Text } from '@mantine/core';
import classes from './charts.module.css';

/** What a bar is filled with: told apart by its texture first and by its colour only then. */
export type Texture = 'solid' | 'hatched' | 'dotted';

export const textureToFill = (id: string, texture: Texture): string => `url(#${id}-${texture})`;

const STROKES: Record<Texture, string> = { solid: 'var(--tally-owed)', hatched: 'var(--tally-faint)', dotted: 'var(--tally-wait)' };

/** The outline that holds a texture together, however thin the bar. `color` is what textureToFill gave. */
export function outlineBars({ color = '' }: { color?: string }) {
  const texture = (['hatched', 'dotted'] as const).find((one) => color.includes(one)) ?? 'solid';
  return { stroke: STROKES[texture], strokeOpacity: 1, strokeWidth: 1 };
}

/** The textures as SVG patterns, named after `id`; inside the chart or anywhere else in the page. */
export function TextureDefinitions({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={`${id}-solid`} width={8} height={8} patternUnits="userSpaceOnUse">
        <rect width={8} height={8} className={classes.solid} />
      </pattern>
      <pattern id={`${id}-hatched`} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={6} height={6} className={classes.hatchedGround} />
        <rect width={2} height={6} className={classes.hatched} />
      </pattern>
      <pattern id={`${id}-dotted`} width={6} height={6} patternUnits="userSpaceOnUse">
        <rect width={6} height={6} className={classes.dottedGround} />
        <circle cx={3} cy={3} r={1.5} className={classes.dotted} />
      </pattern>
    </defs>
  );
}

export function Legend({ id, items }: { id: string; items: { texture: Texture; label: string }[] }) {
  return (
    <Group gap="md" mb="xs">
      <svg width={0} height={0} aria-hidden className={classes.definitions}><TextureDefinitions id={id} /></svg>
      {items.map(({ texture, label }) => (
        <Group key={texture} gap={6}>
          <svg width={16} height={12} aria-hidden>
            <rect x={0.5} y={0.5} width={15} height={11} rx={2} fill={textureToFill(id, texture)} className={classes.bar} data-texture={texture} />
          </svg>
          <Text size="sm">{label}</Text>
        </Group>
      ))}
    </Group>
  );
}
