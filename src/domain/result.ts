/** The outcome of something that is expected to fail at times. Bugs throw instead. */
export type Result<T, Code extends string = string> = Success<T> | Failure<Code>;

export interface Success<T> {
  readonly ok: true;
  readonly value: T;
}

/** An expected failure: a stable code, and facts for the words shown to a person. */
export interface Failure<Code extends string = string> {
  readonly ok: false;
  readonly code: Code;
  readonly details?: Readonly<Record<string, string | number>>;
}

export const success = <T>(value: T): Success<T> => ({ ok: true, value });

export const failure = <Code extends string>(code: Code, details?: Readonly<Record<string, string | number>>): Failure<Code> =>
  details === undefined ? { ok: false, code } : { ok: false, code, details };
