/** A connection that carries whole messages in order, or ends. What a relay is reached over. */
export interface Connection {
  send(message: Uint8Array): void;
  close(): void;
}

export interface ConnectionEvents {
  onOpen(): void;
  onMessage(message: Uint8Array): void;
  /** Once, also where the connection never opened; nothing comes after it. */
  onClose(): void;
}

/** Opens a connection to a relay. Whatever is wrong with the address or the network ends in `onClose`, which comes after this returned. */
export type Connect = (url: string, events: ConnectionEvents) => Connection;
