/** What an operation that is expected to fail at times answers; `#domain/result.ts` has the same shape. */
export type Outcome<T, Code extends string> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: Code };

export const achieved = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const failed = <Code extends string>(code: Code): { readonly ok: false; readonly code: Code } => ({ ok: false, code });
