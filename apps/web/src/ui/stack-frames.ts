/** Reads a stack trace: its message, and which of its frames are the user's own. Pure. */

export interface Frame {
  /** The line as it came, without its indent. */
  text: string;
  /** null: the line names none. */
  call: string | null;
  /** Such as src/orders/charge.ts:41:13. */
  place: string | null;
  /** false: of a package or of the runtime, folded away at first. */
  own: boolean;
}

export interface Stack {
  /** What stands before the first frame. */
  head: string;
  frames: Frame[];
}

/** Files that are nobody's own: installed packages and what the runtimes bring along. */
const FOREIGN_PLACE =
  /(?:^|[/\\(])node_modules[/\\]|^(?:node|internal|cloudflare|workerd|bun|deno|ext|native):?|^<anonymous>|^native$/;

/** In a bundle everything is one file; what runs there between the user's functions is told by its name. */
const RUNTIME_CALL =
  /^(?:async )?(?:FiberRuntime|EffectPrimitive\w*|effect_internal_function|Object\.(?:Iterator|context)|process\.processTicksAndRejections|Generator\.next|new Promise)\b/;

const FRAME = /^at\s+(?:(.*?)\s+\((.*)\)|(.*))$/;

/** @param stack as `error.stack` has it, of V8 */
export function readStack(stack: string): Stack {
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => FRAME.test(line.trim()));
  if (first === -1) return { head: stack.trim(), frames: [] };
  const frames: Frame[] = [];
  let inRuntime = false;
  for (const line of lines.slice(first)) {
    const text = line.trim();
    if (text === '') continue;
    const match = FRAME.exec(text);
    const call = match?.[1] ?? null;
    const place = match?.[2] ?? match?.[3] ?? null;
    const runtime = call !== null && RUNTIME_CALL.test(call);
    const foreign = runtime || (place !== null && FOREIGN_PLACE.test(place));
    // Between frames of the runtime stand its nameless ones.
    if (call !== null) inRuntime = runtime;
    frames.push({ text, call, place, own: match === null || (!foreign && !(call === null && inRuntime)) });
  }
  return { head: lines.slice(0, first).join('\n').trim(), frames };
}

/** Frames in their order, those that are folded away together as one group. */
export function foldFrames(frames: readonly Frame[]): { own: boolean; frames: Frame[] }[] {
  const groups: { own: boolean; frames: Frame[] }[] = [];
  for (const frame of frames) {
    const last = groups.at(-1);
    if (last !== undefined && last.own === frame.own) last.frames.push(frame);
    else groups.push({ own: frame.own, frames: [frame] });
  }
  return groups;
}
