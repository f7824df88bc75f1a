/** Another Tallystick on the network, as it announces itself. None of it is proved. */
export interface FoundInstance {
  /** Random, and another one each time that it starts. */
  readonly name: string;
  /** Where it may be reached, the likeliest first. */
  readonly addresses: readonly string[];
  readonly port: number;
}

export interface DiscoveryEvents {
  onFound(instance: FoundInstance): void;
  onLost(name: string): void;
  /** The network does not let us. */
  onFailure(error: unknown): void;
}

/** Announces this instance on the network and looks for others, until the returned function is called. */
export type Discover = (own: { readonly name: string; readonly port: number }, events: DiscoveryEvents) => () => void;
