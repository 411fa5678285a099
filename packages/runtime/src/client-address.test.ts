import { describe, expect, test } from 'vitest';
import { cameByHttps, clientAddress } from './client-address.ts';

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as Parameters<ReturnType<typeof clientAddress>>[0];

describe('without a proxy of ours', () => {
  test('the peer counts, whatever a header says', () => {
    const addressOf = clientAddress();
    expect(addressOf(from('192.0.2.7', '198.51.100.1'))).toBe('192.0.2.7');
    expect(addressOf(undefined)).toBe('');
  });

  test.each([
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ])('%s counts as %s', (peer, client) => {
    expect(clientAddress()(from(peer))).toBe(client);
  });
});

describe('behind proxies of ours', () => {
  const addressOf = clientAddress(['10.0.0.0/8', '192.0.2.9', 'fd00::/8']);

  test.each([
    ['10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['fd00::1', '198.51.100.1', '198.51.100.1'],
    // The client may write what it likes in front of what the proxies append.
    ['10.1.2.3', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '198.51.100.1, 192.0.2.9, 10.9.9.9', '198.51.100.1'],
    ['10.1.2.3', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['10.1.2.3', undefined, '10.1.2.3'],
    ['10.1.2.3', 'unknown', '10.1.2.3'],
    ['10.1.2.3', '10.9.9.9', '10.1.2.3'],
    ['192.0.2.8', '198.51.100.1', '192.0.2.8'],
  ])('a request from %s with %s comes from %s', (peer, header, client) => {
    expect(addressOf(from(peer, header))).toBe(client);
  });
});

test.each(['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', '', '::/129'])('%j is refused', (proxy) => {
  expect(() => clientAddress([proxy])).toThrow(/no address or network/);
});

describe('HTTPS', () => {
  const by = (remoteAddress: string, protocol?: string) =>
    ({
      socket: { remoteAddress },
      headers: protocol === undefined ? {} : { 'x-forwarded-proto': protocol },
    }) as Parameters<ReturnType<typeof cameByHttps>>[0];

  test.each([
    ['https', true],
    ['HTTPS', true],
    ['https, http', true],
    ['http', false],
    ['http, https', false],
    [undefined, false],
  ])('a proxy of ours says so with %s: %s', (protocol, secure) => {
    expect(cameByHttps(['10.0.0.0/8'])(by('10.1.2.3', protocol))).toBe(secure);
  });

  test('nobody else does', () => {
    expect(cameByHttps(['10.0.0.0/8'])(by('192.0.2.7', 'https'))).toBe(false);
    expect(cameByHttps()(by('127.0.0.1', 'https'))).toBe(false);
    expect(cameByHttps(['10.0.0.0/8'])(undefined)).toBe(false);
  });
});
