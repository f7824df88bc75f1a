import { describe, expect, it } from 'vitest';
import { theme, tokens } from './theme.ts';

/** Relative luminance and contrast of WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const bodies = { light: theme.white ?? '', dark: theme.colors?.['dark']?.[7] ?? '' };
const inks = { light: theme.black ?? '', dark: theme.colors?.['dark']?.[0] ?? '' };

describe.each(['light', 'dark'] as const)('the %s colours', (scheme) => {
  const token = tokens[scheme];
  const papers = [bodies[scheme], token['--tally-raised'], token['--tally-sunken'], token['--tally-hover'], token['--tally-chosen']];

  it('keep text at 4.5:1 on every paper', () => {
    for (const ink of [inks[scheme], token['--tally-faint'], token['--tally-owed'], token['--tally-owing']])
      for (const paper of papers) expect(`${ink} on ${paper}: ${contrast(ink, paper) >= 4.5}`).toBe(`${ink} on ${paper}: true`);
  });

  it('keep warnings at 4.5:1 on their own paper', () => {
    expect(contrast(token['--tally-wait'], token['--tally-wait-paper'])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token['--tally-wrong'], token['--tally-wrong-paper'])).toBeGreaterThanOrEqual(4.5);
  });

  it('keep what is on the accent at 4.5:1', () => {
    expect(contrast(token['--tally-on-accent'], theme.colors?.['accent']?.[6] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it('keep the outline of a field at 3:1', () => {
    expect(contrast(token['--tally-field-line'], bodies[scheme])).toBeGreaterThanOrEqual(3);
  });
});
