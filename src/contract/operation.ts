import type { z } from 'zod';

/** Changes or computes something once. */
export interface Call<I extends z.ZodType, O> {
  readonly kind: 'call';
  readonly input: I;
  readonly output?: O;
}
/** Answers with a view now and again whenever it changes, always before the reply to the call that changed it. */
export interface Watch<I extends z.ZodType, V> {
  readonly kind: 'watch';
  readonly input: I;
  readonly output?: V;
}
export const call = <O>() => <I extends z.ZodType>(input: I): Call<I, O> => ({ kind: 'call', input });
export const watch = <V>() => <I extends z.ZodType>(input: I): Watch<I, V> => ({ kind: 'watch', input });
