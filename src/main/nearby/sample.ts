/** For tests: devices in one process, which find each other without the network. */
import type { Discover, DiscoveryEvents, FoundInstance } from './discovery.ts';

/** Whoever is in the directory finds all others in it, on this machine. */
export function createDirectory(): Discover {
  const all = new Map<FoundInstance, DiscoveryEvents>();
  return ({ name, port }, events) => {
    const own: FoundInstance = { name, port, addresses: ['127.0.0.1'] };
    for (const [other, { onFound }] of all) {
      queueMicrotask(() => onFound(own));
      queueMicrotask(() => events.onFound(other));
    }
    all.set(own, events);
    return () => {
      all.delete(own);
      for (const { onLost } of all.values()) onLost(name);
    };
  };
}
