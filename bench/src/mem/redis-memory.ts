import { connect } from 'node:net';

/** Bytes that Redis uses for its data, by its own account. */
export function redisDataBytes(url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write('INFO memory\r\n'));
    socket.setEncoding('latin1').on('data', (more: string) => {
      text += more;
      const found = /^used_memory:(\d+)\r$/m.exec(text);
      if (found === null) return;
      socket.destroy();
      resolve(Number(found[1]));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('Redis did not say how much memory it uses.')));
  });
}
