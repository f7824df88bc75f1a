import type { z } from 'zod';
import { errorCodeSchema, type ErrorCode } from '#contract/errors.ts';

/** The code of the first thing wrong with a field's value, checked with the very schema the core will use. */
export function firstFault(schema: z.ZodType, value: unknown): ErrorCode | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return undefined;
  const code = errorCodeSchema.safeParse(parsed.error.issues[0]?.message);
  return code.success ? code.data : 'input_invalid';
}
