/** `count` different numbers from 1 to `most`, in ascending order. `below(n)` gives a whole number from 0 to n - 1. */
export function drawNumbers(count: number, most: number, below: (bound: number) => number): number[] {
  const left = Array.from({ length: most }, (_, index) => index + 1);
  return Array.from({ length: count }, () => left.splice(below(left.length), 1)[0] ?? 0).toSorted((a, b) => a - b);
}
