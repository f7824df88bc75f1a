/** The one way out of the window: an address of the web, given to the browser of the system, soon after a person pressed something. */

/** Longer ago than so many milliseconds, a press did not mean this. */
const LATEST_MILLISECONDS = 2_000;
const LONGEST_ADDRESS = 4_000;

/** An `http:` or `https:` address as a browser should be given it; null for whatever else a system might run. */
export function readWebAddress(text: string): string | null {
  if (text.length > LONGEST_ADDRESS || !URL.canParse(text)) return null;
  const url = new URL(text);
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') return null;
  return url.href;
}

export interface WayOut {
  /** A person has pressed a key or a button of the mouse. A page cannot pretend that. */
  pressed(): void;
  /** Opens the address where that may be; one for each press. */
  ask(address: string): void;
}

/** The page itself asks the person, naming the host; this only keeps a page that has gone astray from asking nobody. */
export function createWayOut({ now, open }: { now(): number; open(address: string): void }): WayOut {
  let pressedAt = -Infinity;
  return {
    pressed: () => void (pressedAt = now()),
    ask(text) {
      const address = readWebAddress(text);
      if (address === null || now() - pressedAt > LATEST_MILLISECONDS) return;
      pressedAt = -Infinity;
      open(address);
    },
  };
}
