import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSameBytes } from './bytes.ts';

it('bytes are the same where each is, wherever they lie', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(3), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, offset, position, flip) => {
      const other = new Uint8Array([...new Uint8Array(offset), ...bytes]).subarray(offset);
      expect(isSameBytes(bytes, other)).toBe(true);
      expect(isSameBytes(bytes, new Uint8Array([...bytes, 0]))).toBe(false);
      if (bytes.length === 0) return;
      const at = position % bytes.length;
      expect(isSameBytes(bytes, other.with(at, bytes[at]! ^ flip))).toBe(false);
    }),
  );
});
