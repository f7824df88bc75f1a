/** A tally stick split lengthwise: two halves that bear the same notches. The longer one is the stock. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={(size * 18) / 28} height={size} viewBox="7 2 18 28" fill="currentColor" aria-hidden focusable="false">
      <path d="M9 6h6v5.2l-3 1.8 3 1.8v2.4L12 19l3 1.8V26H9a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1z" />
      <path d="M17.5 3H23a1 1 0 0 1 1 1v24a1 1 0 0 1-1 1h-5.500v-8.200l3-1.800-3-1.800v-2.400l3-1.800-3-1.800z" />
    </svg>
  );
}
