import net from 'node:net';
import { PlainError } from '../plain-error.ts';

/**
 * The port that a service is to have, known to be free. Port 0 becomes a free one here already, so that the service
 * comes back at the same address whenever it is started again.
 *
 * @param variable the environment variable that a person would change
 * @throws PlainError where the port or the address cannot be had
 */
export async function freePort(host: string, port: number, variable: string): Promise<number> {
  const server = net.createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  } catch (error) {
    throw new PlainError(explain((error as NodeJS.ErrnoException).code ?? String(error), host, port, variable));
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
}

function explain(code: string, host: string, port: number, variable: string): string {
  if (code === 'EADDRINUSE') {
    return (
      `Port ${port} on ${host} is taken by another program. Nothing was started. Stop that program, ` +
      `or choose another port with ${variable}.`
    );
  }
  if (code === 'EACCES') {
    return `Port ${port} on ${host} may not be used by this user. Nothing was started. Choose one above 1023 with ${variable}.`;
  }
  return `The address ${host} cannot be listened on (${code}). Nothing was started. Choose one of this machine's with HOST.`;
}
