/** The first 64 bits of a key (hexadecimal) in groups of four digits: enough to tell keys apart, not to trust one by. */
export const fingerprintOf = (key: string): string => key.slice(0, 16).replaceAll(/(.{4})(?=.)/g, '$1 ');
