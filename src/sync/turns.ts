/** A queue of one: each task begins when the one before is over, however that ended. */
export interface Turns {
  <T>(task: () => Promise<T>): Promise<T>;
  /** Settles when nothing is under way. */
  idle(): Promise<void>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = last.then(task, task);
    last = result;
    return result;
  }
  return Object.assign(inTurn, {
    async idle() {
      for (let seen; seen !== last; ) {
        seen = last;
        await seen.catch(() => undefined);
      }
    },
  });
}
