/** The first thing that the core is told. */
export interface StartMessage {
  readonly profileKey: Uint8Array | null;
}

export const isStartMessage = (data: unknown): data is StartMessage => typeof data === 'object' && data !== null && 'profileKey' in data;
