import { EventEmitter } from 'node:events';
import Bonjour from 'bonjour-service';
import type { Discover, FoundInstance } from './discovery.ts';

/** `_tallystick._tcp` (RFC 6763). */
const TYPE = 'tallystick';
/** How often is asked again who is there, in milliseconds. */
const BETWEEN_QUESTIONS = 60_000;
/** More than these are nobody's home; then the list begins anew. */
const MAXIMUM_SERVICES = 200;

/** The library keeps the socket to itself, and a failure of it would end the program if nobody listened. */
function socketOf(bonjour: object): EventEmitter | undefined {
  const server: unknown = Reflect.get(bonjour, 'server');
  const socket: unknown = server instanceof Object ? Reflect.get(server, 'mdns') : undefined;
  return socket instanceof EventEmitter ? socket : undefined;
}

/** By multicast DNS (RFC 6762). What is announced is the random name, the port and this machine's addresses; no host name, no text. */
export const discoverByMdns: Discover = (own, { onFound, onLost, onFailure }) => {
  const bonjour = new Bonjour({}, onFailure);
  socketOf(bonjour)?.on('error', onFailure);
  bonjour.publish({ name: own.name, type: TYPE, port: own.port, host: `${own.name}.local`, probe: false, disableIPv6: true });

  const toInstance = ({ name, port, addresses = [], referer }: { name: string; port: number; addresses?: string[]; referer?: { address: string } }): FoundInstance =>
    ({ name, port, addresses: [...new Set([...(referer ? [referer.address] : []), ...addresses])] });
  function browse() {
    const browser = bonjour.find({ type: TYPE });
    browser.on('up', (service) => service.name !== own.name && onFound(toInstance(service)));
    browser.on('srv-update', (service) => service.name !== own.name && onFound(toInstance(service)));
    browser.on('down', (service) => onLost(service.name));
    return browser;
  }
  let browser = browse();
  const asking = setInterval(() => {
    browser.expire();
    if (browser.services.length > MAXIMUM_SERVICES) {
      browser.stop();
      browser = browse();
    }
    browser.update();
  }, BETWEEN_QUESTIONS);

  return () => {
    clearInterval(asking);
    browser.stop();
    bonjour.unpublishAll(() => bonjour.destroy());
  };
};
