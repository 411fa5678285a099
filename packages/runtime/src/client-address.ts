import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Who sends a request, as it can be told. */
export type ClientAddress = (incoming: Pick<IncomingMessage, 'socket' | 'headers'> | undefined) => string;

/**
 * Reads the address that a request comes from. `X-Forwarded-For` counts only where a proxy of ours has written it: from its
 * end, the first address that is none of our proxies. An IPv6 client counts as its network of 64 bits, because it can
 * take any address of it.
 *
 * @param proxies addresses and networks such as 10.0.0.0/8
 * @throws where one of them is none
 */
export function clientAddress(proxies: readonly string[] = []): ClientAddress {
  const trusted = blockListOf(proxies);
  return (incoming) => {
    const peer = plain(incoming?.socket.remoteAddress ?? '');
    if (!isTrusted(trusted, peer)) return networkOf(peer);
    const header = incoming?.headers['x-forwarded-for'];
    const hops = String(header ?? '')
      .split(',')
      .map((hop) => plain(hop.trim()));
    const client = hops.toReversed().find((hop) => !isTrusted(trusted, hop));
    // What is no address was not written by a proxy.
    return networkOf(client !== undefined && isIP(client) !== 0 ? client : peer);
  };
}

/** Whether the client of a request speaks HTTPS, as it can be told. */
export type CameByHttps = (incoming: Pick<IncomingMessage, 'socket' | 'headers'> | undefined) => boolean;

/**
 * The services speak plain HTTP, so only a proxy of ours can say that TLS ends at it: by `X-Forwarded-Proto`, of which the
 * first value is the one of the proxy nearest to the client.
 *
 * @param proxies as for clientAddress
 * @throws where one of them is none
 */
export function cameByHttps(proxies: readonly string[] = []): CameByHttps {
  const trusted = blockListOf(proxies);
  return (incoming) => {
    if (!isTrusted(trusted, plain(incoming?.socket.remoteAddress ?? ''))) return false;
    const [first = ''] = String(incoming?.headers['x-forwarded-proto'] ?? '').split(',');
    return first.trim().toLowerCase() === 'https';
  };
}

function blockListOf(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = '', prefix] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const most = family === 'ipv6' ? 128 : 32;
    const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
    if (isIP(address) === 0 || !(bits <= most)) {
      throw new Error(`"${proxy}" is no address or network, such as 10.0.0.7 or 10.0.0.0/8.`);
    }
    list.addSubnet(address, bits, family);
  }
  return list;
}

function isTrusted(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Servers that listen on both kinds show IPv4 as ::ffff:192.0.2.1. */
function plain(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  // What :: leaves out is zeros.
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const tailGroups = after.length + (after.at(-1)?.includes('.') === true ? 1 : 0);
  const zeros = tail === undefined ? 0 : 8 - groups.length - tailGroups;
  const network = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
