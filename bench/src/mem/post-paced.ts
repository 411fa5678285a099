import { setTimeout as pause } from 'node:timers/promises';
import { openConnection } from '../pipeline/post.ts';

const CONNECTIONS = 64;

/**
 * Posts bodies evenly over time, each when it is due or as soon after as a connection is free. Resolves with the last answer.
 *
 * @throws where an answer is not 202
 */
export async function postPaced(ingestUrl: string, bodies: readonly string[], perSecond: number): Promise<void> {
  const { hostname, port } = new URL(ingestUrl);
  const begun = performance.now();
  let next = 0;
  const postInTurn = async (): Promise<void> => {
    const connection = await openConnection(hostname, Number(port));
    try {
      for (let index = next++; index < bodies.length; index = next++) {
        const early = begun + (index / perSecond) * 1_000 - performance.now();
        if (early > 0) await pause(early);
        const status = await connection.post(bodies[index]!);
        if (status !== 202) throw new Error(`The ingest service answered ${status}: this run measures nothing.`);
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, postInTurn));
}
