/** Devices of class HID, as much of them as a reader needs. */
import { constants, promises } from 'node:fs';

export interface HidDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly path: string;
  readonly serialNumber: string;
  readonly manufacturer: string;
  readonly product: string;
  readonly usagePage: number;
}

export interface HidHandle {
  write(report: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface HidEvents {
  onReport(report: Buffer): void;
  /** It was unplugged, or fails for another reason; nothing comes after. */
  onGone(): void;
}

export interface Hid {
  devices(): Promise<readonly HidDevice[]>;
  /** Rejects where it cannot be opened. */
  open(path: string, events: HidEvents): Promise<HidHandle>;
  /** False where this user may not open it. */
  isAllowed(path: string): Promise<boolean>;
}

/** The real devices of this machine. The addon is loaded now; rejects where there is none for this platform. */
export async function openNodeHid(): Promise<Hid> {
  const { devicesAsync, HIDAsync } = await import('node-hid');
  return {
    async devices() {
      const found = await devicesAsync();
      return found.flatMap(({ vendorId, productId, path, serialNumber = '', manufacturer = '', product = '', usagePage = 0 }) =>
        path ? [{ vendorId, productId, path, serialNumber, manufacturer, product, usagePage }] : [],
      );
    },
    async open(path, { onReport, onGone }) {
      const device = await HIDAsync.open(path);
      let isClosed = false;
      device.on('data', (report: Buffer) => onReport(report));
      // The addon's error is a text, and one that nobody hears ends the process.
      device.on('error', () => {
        if (!isClosed) onGone();
      });
      return {
        write: async (report) => void (await device.write(Buffer.from(report))),
        async close() {
          if (isClosed) return;
          isClosed = true;
          // A device that is gone cannot be closed any better.
          await device.close().catch(() => undefined);
        },
      };
    },
    async isAllowed(path) {
      if (process.platform !== 'linux') return true;
      return promises.access(path, constants.R_OK | constants.W_OK).then(() => true, () => false);
    },
  };
}
