import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** The address as IPv4, where it is one that came in through an IPv6 socket. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/**
 * Whether an address is on a network that this machine is in itself: nobody further away is talked to, whatever they
 * announce, and nobody further away is let in.
 */
export function isOnLan(address: string): boolean {
  const near = new BlockList();
  for (const { address: own, cidr, family } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    const length = Number(cidr?.split('/')[1]);
    if (Number.isInteger(length)) near.addSubnet(own, length, family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  const other = plain(address);
  return near.check(other, isIPv6(other) ? 'ipv6' : 'ipv4');
}
