/** A card that is only software, as a simulated reader, or one of the virtual ones of the tests, holds it. */
export interface SimulatedCard {
  /** 14 upper-case hex digits. */
  readonly uid: string;
  /** The field came up: whatever was going on with it before is forgotten. */
  powerOn(): void;
  /** Its answer to a command, status word included; undefined where it is torn from the field now. */
  answer(command: Uint8Array): Uint8Array | undefined;
}
