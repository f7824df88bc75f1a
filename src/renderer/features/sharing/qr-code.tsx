import { useMemo } from 'react';
import { encode } from 'uqr';
import classes from './sharing.module.css';

/** A text as a QR code (ISO/IEC 18004), dark on light in every theme, because cameras want it so. */
export function QrCode({ text, label, ecc = 'M' }: { text: string; label: string; ecc?: 'L' | 'M' }) {
  const { size, path } = useMemo(() => {
    const { size: modules, data } = encode(text, { ecc, border: 3 });
    const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size: modules, path: dark.join('') };
  }, [text, ecc]);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} className={classes.qr} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
