/** Sends hostile requests and judges the answers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HostileRequest } from './hostile-request.ts';
import { Ledger } from './ledger.ts';
import type { FuzzSystem } from './system.ts';
import { bytesOf, exchange } from './wire.ts';
import type { Answer } from './wire.ts';

/** What the service did that it must not, with all that is needed to see it again. */
export class Finding extends Error {
  override name = 'Finding';
}

export class Attacker {
  readonly ledger = new Ledger();
  requests = 0;
  /** Answers by status. */
  readonly answers = new Map<number, number>();
  readonly #system: FuzzSystem;

  constructor(system: FuzzSystem) {
    this.#system = system;
  }

  /**
   * @param isCrowded other large requests are under way, so that one may be told to come again (503)
   * @throws Finding
   */
  async attack(request: HostileRequest, isCrowded = false): Promise<void> {
    const { wire, demanded, events } = request;
    const wanted = wire.wanted ?? 1;
    this.requests += 1;
    const { answers, ended } = await exchange(this.#system.port, wire);
    for (const answer of answers) {
      this.answers.set(answer.status, (this.answers.get(answer.status) ?? 0) + 1);
      const problem = this.#judge(request, answer, isCrowded);
      if (problem !== null) throw await this.#finding(request, problem);
    }
    // For what was not answered nobody knows whether it was stored.
    if (answers.length < wanted && events !== null) this.ledger.unknown(events);
    if ((demanded || ended === 'too late') && answers.length < wanted) {
      throw await this.#finding(request, `${answers.length} of ${wanted} answers came, then: ${ended}.`);
    }
    const died = this.#system.problem();
    if (died !== null) throw await this.#finding(request, died);
  }

  #judge({ name, allowed, events }: HostileRequest, { status, body }: Answer, isCrowded: boolean): string | null {
    if (status === 503 && isCrowded) {
      this.ledger.unknown(events ?? []);
      return null;
    }
    if (!allowed.includes(status)) return `Answered ${status}, allowed is ${allowed.join(', ')}: ${body.slice(0, 300)}`;
    if (status === 202) return this.ledger.record(name, events ?? [], body);
    return body.length > 5_000 && status !== 200 ? `A refusal of ${body.length} bytes: ${body.slice(0, 300)}` : null;
  }

  async #finding({ name, wire: { steps } }: HostileRequest, problem: string): Promise<Finding> {
    const bytes = bytesOf(steps);
    const folder = path.join(tmpdir(), 'wm-fuzz-findings');
    await mkdir(folder, { recursive: true });
    const file = path.join(
      folder,
      `${name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 60)}-${process.pid}-${Date.now()}.http`,
    );
    await writeFile(file, bytes);
    const beginning = bytes
      .subarray(0, 256)
      .toString('hex')
      .replaceAll(/(.{64})/g, '$1\n  ');
    return new Finding(
      `"${name}": ${problem}\nThe request (${bytes.length} bytes, ${steps.length} steps) is in ${file}; send it again with\n` +
        `  nc 127.0.0.1 4000 < ${file}\nIt begins with\n  ${beginning}`,
    );
  }
}
