/** What stands between the trackers and the ingest services: takes turns, and can cut answers in the middle. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Random } from '@wm/simulator';

export interface TcpProxy {
  readonly url: string;
  /** Share of the answers that are cut from now on. */
  cutShare: number;
  /** Answers cut so far. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** @param targets ports of 127.0.0.1; connections go to them in turn, past those that nobody listens on */
export async function startTcpProxy(targets: readonly number[], random: Random): Promise<TcpProxy> {
  const state = { cutShare: 0, cuts: 0 };
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer({ noDelay: true }, (client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    void forward(client, turn);
    turn += 1;
  });
  const forward = async (client: Socket, first: number): Promise<void> => {
    const upstream = await connectInTurn(targets, first);
    if (upstream === null || client.destroyed) {
      client.destroy();
      upstream?.destroy();
      return;
    }
    open.add(upstream);
    upstream.once('close', () => open.delete(upstream));
    join(client, upstream, state, random);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get cutShare() {
      return state.cutShare;
    },
    set cutShare(share) {
      state.cutShare = share;
    },
    get cuts() {
      return state.cuts;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function connectInTurn(targets: readonly number[], first: number): Promise<Socket | null> {
  for (let nth = 0; nth < targets.length; nth += 1) {
    const socket = await connected(targets[(first + nth) % targets.length]!);
    if (socket !== null) return socket;
  }
  return null;
}

function connected(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

function join(client: Socket, upstream: Socket, state: { cutShare: number; cuts: number }, random: Random): void {
  client.pipe(upstream);
  upstream.on('data', (answer: Buffer) => {
    if (client.destroyed) return;
    if (!random.chance(state.cutShare)) {
      client.write(answer);
      return;
    }
    state.cuts += 1;
    const part = answer.subarray(0, random.int(0, answer.length - 1));
    // Both ways in which a connection ends: in order and too early, or reset.
    if (random.chance(0.5)) client.end(part);
    else client.write(part, () => client.resetAndDestroy());
    upstream.destroy();
  });
  upstream.on('error', () => upstream.destroy());
  upstream.once('close', () => client.destroySoon());
  client.once('close', () => upstream.destroy());
}
