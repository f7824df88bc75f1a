/**
 * ID TECH's NEO and NEO 2 readers (VP3300, VP8300, Kiosk III, VP6300), spoken to over USB HID. There is no news of plugging
 * in: the devices are looked through again and again, and known again by their serial number.
 */
import { wait, type Connect, type DriverHost, type ReaderDriver, type Timers } from '#native/driver.ts';
import { achieved, failed } from '#native/outcome.ts';
import type { ReaderFault } from '#native/reader.ts';
import type { Hid, HidDevice } from './hid.ts';
import { openNeo2, type DeviceFault, type Neo2Device, type Token } from './neo2-device.ts';

const VENDOR = 0x0acd;
const PRODUCTS = [0x3530, 0x3710, 0x4440];
/** Vendor-defined: the same reader may also be a keyboard, which no card can be paid with. */
const USAGE_PAGE = 0xff00;
/** Milliseconds between two looks at what is plugged in. */
const LOOK = 700;
/** How long the reader waits for a card before it says that there is none, in milliseconds. */
const POLL = 500;
/** Between two looks at a card that lies there. */
const REST = 150;
/** ISO 14443-4 type A, and phones. */
const APDU_TYPES = [0x01, 0x07];

const isOurs = ({ vendorId, productId, usagePage }: HidDevice): boolean => vendorId === VENDOR && PRODUCTS.includes(productId) && usagePage === USAGE_PAGE;
const idOf = ({ serialNumber, path }: HidDevice): string => `neo2:${serialNumber || path}`;
const isVirtual = ({ serialNumber, manufacturer }: HidDevice): boolean => serialNumber.startsWith('VIRT') || /virtual/i.test(manufacturer);

export interface Neo2DriverDeps {
  readonly timers: Timers;
  /** Loads what speaks to devices; rejects where there is nothing for this platform. */
  openHid(): Promise<Hid>;
}

export function createNeo2Driver({ timers, openHid }: Neo2DriverDeps): ReaderDriver {
  const open = new Map<string, Promise<void>>();
  const devices = new Set<Neo2Device>();
  let isClosed = false;
  let looking: Promise<void> = Promise.resolve();
  let beginClosing = (): void => undefined;
  const closing = new Promise<void>((resolve) => (beginClosing = resolve));

  /** Reads cards until the reader goes. */
  async function readCards(id: string, device: Neo2Device, host: DriverHost): Promise<DeviceFault> {
    let lying: Token | undefined;
    let turn: Promise<unknown> = Promise.resolve();
    /** The reader is for the polling or for one dialogue, in the order they asked. */
    async function take(): Promise<() => void> {
      let release = (): void => undefined;
      const before = turn;
      turn = new Promise<void>((resolve) => (release = resolve));
      await before;
      return release;
    }
    function say(token: Token | undefined): void {
      if (lying) host.cardLeft(id);
      lying = token;
      if (token) host.cardArrived(id, connectTo(token));
    }
    const connectTo = (token: Token): Connect => async () => {
      if (!APDU_TYPES.includes(token.type)) return failed('card_mute');
      const release = await take();
      if (lying !== token) {
        release();
        return failed('card_left');
      }
      let hasLeft = false;
      return achieved({
        async transmit(command) {
          const answer = await device.exchange(command);
          if (!answer.ok) return answer;
          hasLeft = answer.value === null;
          return answer.value ? achieved(answer.value) : failed('card_left');
        },
        close() {
          // The polling finds it again where it is still there.
          if (hasLeft && lying === token) say(undefined);
          release();
          return Promise.resolve();
        },
      });
    };
    for (;;) {
      const release = await take();
      const found = await device.poll(lying ? REST : POLL);
      if (!found.ok) {
        release();
        return found.code;
      }
      const isSame = lying !== undefined && found.value?.uid === lying.uid;
      if (!isSame && (found.value || lying)) say(found.value ?? undefined);
      release();
      if (isSame) await wait(timers, REST);
    }
  }

  async function serve(hid: Hid, found: HidDevice, host: DriverHost): Promise<void> {
    const id = idOf(found);
    const reader = { id, name: found.product || 'ID TECH reader', isVirtual: isVirtual(found) };
    const tell = (reason: ReaderFault | null): void => host.readerChanged({ ...reader, reason });
    if (!(await hid.isAllowed(found.path))) {
      tell('permission_denied');
      return;
    }
    const device = await openNeo2(hid, found.path, timers, () => host.readerGone(id));
    if (!device.ok) {
      if (device.code !== 'reader_lost') tell(device.code);
      return;
    }
    devices.add(device.value);
    if (!isClosed) tell(null);
    const fault = isClosed ? 'reader_lost' : await readCards(id, device.value, host);
    devices.delete(device.value);
    if (fault === 'reader_silent') {
      host.cardLeft(id);
      tell('reader_silent');
    }
    await device.value.close();
  }

  /** Opens what is new. What could not be opened is tried again at the next look; what is gone is forgotten. */
  async function look(hid: Hid, host: DriverHost, known: Set<string>): Promise<void> {
    const found = (await hid.devices().catch(() => [])).filter(isOurs);
    const ids = new Set(found.map(idOf));
    for (const id of known) {
      if (ids.has(id)) continue;
      known.delete(id);
      host.readerGone(id);
    }
    for (const device of found) {
      const id = idOf(device);
      known.add(id);
      if (!open.has(id) && !isClosed) open.set(id, serve(hid, device, host).finally(() => open.delete(id)));
    }
  }
  async function keepLooking(hid: Hid, host: DriverHost): Promise<void> {
    const known = new Set<string>();
    while (!isClosed) {
      await look(hid, host, known);
      if (!isClosed) await Promise.race([wait(timers, LOOK), closing]);
    }
  }

  return {
    kind: 'neo2',
    start(host) {
      looking = openHid().then(
        (hid) => {
          host.kindChanged('on', null);
          return keepLooking(hid, host);
        },
        () => host.kindChanged('off', 'library_missing'),
      );
    },
    /** Every handle is let go of before this resolves: a process that ends with one open hangs or crashes. */
    async close() {
      isClosed = true;
      beginClosing();
      await Promise.all([...devices].map((device) => device.close()));
      await Promise.all([looking, ...open.values()]);
    },
  };
}
