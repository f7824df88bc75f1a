/** One measured figure, printed as one JSON line. */
export interface Figure {
  name: string;
  value: number;
  unit: 'µs' | 'ms' | 's' | 'MB' | 'ratio' | 'frames' | 'APDUs' | 'per second';
  /** What the same run's bare engine or peer took, in the same unit, and value / floor. */
  floor?: number;
  ratio?: number;
  /** The goal as the issue words it, and whether this run met it. */
  goal: string;
  pass: boolean;
}

/** Everything reported in this run. */
export const figures: Figure[] = [];

const round = (value: number): number => Math.round(value * 1_000) / 1_000;

function print(name: string, value: number, unit: Figure['unit'], goal: string, isMet: (value: number) => boolean, floor?: number): Figure {
  const ratio = floor === undefined ? undefined : value / floor;
  const figure: Figure = {
    name,
    value: round(value),
    unit,
    ...(floor !== undefined && ratio !== undefined && { floor: round(floor), ratio: round(ratio) }),
    goal,
    pass: isMet(ratio ?? value),
  };
  figures.push(figure);
  console.log(JSON.stringify(figure));
  return figure;
}

/** Prints a figure; `atMost` is the goal's number, compared with the ratio where a floor is given. */
export const report = (name: string, value: number, unit: Figure['unit'], goal: string, atMost: number, floor?: number): Figure =>
  print(name, value, unit, goal, (compared) => compared <= atMost, floor);

/** The same where more is better. */
export const reportAtLeast = (name: string, value: number, unit: Figure['unit'], goal: string, atLeast: number, floor?: number): Figure =>
  print(name, value, unit, goal, (compared) => compared >= atLeast, floor);

/** Prints a figure that has no goal of its own. */
export const reportAlone = (name: string, value: number, unit: Figure['unit'], floor?: number): Figure =>
  print(name, value, unit, 'no goal: for comparison', () => true, floor);

/** The p-th percentile (0..1) of samples. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

/** Milliseconds of each of `times` runs. */
export async function measure(times: number, run: (index: number) => unknown): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const start = performance.now();
    await run(index);
    samples.push(performance.now() - start);
  }
  return samples;
}
