/** An error: its message first, then the stack, folded to the user's own frames. */
import { useState } from 'react';
import { Button } from './button.tsx';
import { CopyButton } from './identifier.tsx';
import { foldFrames, readStack, type Frame } from './stack-frames.ts';
import css from './stack-trace.module.css';

interface Props {
  /** '': the error came without one. */
  message: string | null;
  stack: string | null;
}

export function ErrorText({ message, stack }: Props) {
  const read = stack === null ? null : readStack(stack);
  const head = read?.head ?? '';
  // The stack of most errors begins with their message.
  const headSaysMore = head !== '' && message !== null && !head.includes(message.trim());
  return (
    <div className={css.error}>
      <div className={css.top}>
        <p className={css.message}>
          {message === null || message === '' ? 'The error came without a message.' : message}
        </p>
        <CopyButton text={[message, stack].filter(Boolean).join('\n\n')} label="Copy message and stack" shown="Copy" />
      </div>
      {read !== null && headSaysMore && <p className={css.head}>{head}</p>}
      {read !== null && message !== null && !headSaysMore && kindOf(head, message) !== null && (
        <p className={css.head}>{kindOf(head, message)}</p>
      )}
      {read !== null && read.frames.length > 0 && <Frames frames={read.frames} />}
      {read === null && <p className={css.none}>No stack came with it.</p>}
    </div>
  );
}

/** `PaymentError` of `PaymentError: card declined`. */
function kindOf(head: string, message: string): string | null {
  const at = head.indexOf(message.trim());
  const kind = head.slice(0, at).replace(/:\s*$/, '').trim();
  return kind === '' || kind === 'Error' ? null : kind;
}

function Frames({ frames }: { frames: Frame[] }) {
  const [whole, setWhole] = useState(() => !frames.some(({ own }) => own));
  const hidden = frames.filter(({ own }) => !own).length;
  return (
    <>
      <ol className={css.frames} aria-label="Stack">
        {(whole ? [{ own: true, frames }] : foldFrames(frames)).map((group, index) => {
          const key = `${index} ${group.frames[0]?.text}`;
          if (!group.own)
            return (
              <li key={key} className={css.folded}>
                {group.frames.length} {group.frames.length === 1 ? 'frame' : 'frames'} of packages and the runtime
              </li>
            );
          return group.frames.map((frame, nth) => (
            // The same frame comes several times where a function calls itself.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={`${key} ${nth}`} className={frame.own ? undefined : css.foreign}>
              {frame.call === null ? (
                (frame.place ?? frame.text)
              ) : (
                <>
                  <span className={css.call}>{frame.call}</span> {frame.place}
                </>
              )}
            </li>
          ));
        })}
      </ol>
      {hidden > 0 && hidden < frames.length && (
        <Button kind="bare" small aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? 'Only own frames' : `Show all ${frames.length} frames`}
        </Button>
      )}
    </>
  );
}
