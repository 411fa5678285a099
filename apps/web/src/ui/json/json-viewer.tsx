/** JSON of any size: folded, searched, copied. Only the lines in sight are in the page, and all of it is text. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { formatBytes, formatCount } from '../../time/format.ts';
import { Button } from '../button.tsx';
import { classNames } from '../class-names.ts';
import { CopyButton } from '../identifier.tsx';
import { idOf, jsonRows, openDepth, pathText, revealed, searchJson, type Folds, type JsonRow } from './json-rows.ts';
import css from './json-viewer.module.css';

const LINE_PX = 22;
const OPEN_AT_FIRST = 400;

interface Props {
  /** What it is, for who cannot see it. */
  label: string;
  value: unknown;
  /** What can be done with the chosen line, besides copying it. */
  extra?: (row: JsonRow) => ReactNode;
  /** Share of the window's height that it takes at most. */
  most?: number;
}

export function JsonViewer({ label, value, extra, most = 60 }: Props) {
  const [folds, setFolds] = useState<Folds>(() => ({ depth: openDepth(value, OPEN_AT_FIRST), turned: new Set() }));
  const [chosen, setChosen] = useState<string>(idOf([]));
  const rows = useMemo(() => jsonRows(value, folds), [value, folds]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 10,
  });
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? '', [value]);
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === chosen),
  );
  const row = rows[at]!;
  const treeId = useId();
  const choose = (index: number): void => {
    const next = rows[Math.min(Math.max(index, 0), rows.length - 1)]!;
    setChosen(next.id);
    virtual.scrollToIndex(rows.indexOf(next));
  };
  const turn = ({ id, size }: JsonRow): void => {
    if (size > 0) setFolds({ ...folds, turned: toggled(folds.turned, id) });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!moveBy(event.key, row, { at, choose, turn })) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const reveal = (path: JsonRow['path']): void => {
    const next = revealed(folds, path);
    setFolds(next);
    setChosen(idOf(path));
    const index = jsonRows(value, next).findIndex(({ id }) => id === idOf(path));
    requestAnimationFrame(() => virtual.scrollToIndex(index, { align: 'center' }));
  };
  return (
    <div className={css.viewer}>
      <div className={css.bar}>
        <JsonSearch value={value} label={label} onFound={reveal} />
        <Button small kind="bare" onClick={() => setFolds({ depth: 1, turned: new Set() })}>
          Fold all
        </Button>
        <Button small kind="bare" onClick={() => setFolds({ depth: Infinity, turned: new Set() })}>
          Open all
        </Button>
        <span className="faint">{formatBytes(text.length)}</span>
        <CopyButton text={text} label={`Copy ${label}`} shown="Copy" />
      </div>
      <div
        ref={scroller}
        className={css.lines}
        style={{ maxHeight: `${most}dvh` }}
        role="tree"
        tabIndex={0}
        aria-label={label}
        aria-activedescendant={`${treeId}-${at}`}
        onKeyDown={onKey}
      >
        <div role="none" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <Line
              key={rows[index]!.id}
              id={`${treeId}-${index}`}
              row={rows[index]!}
              top={start}
              chosen={index === at}
              onChoose={() => setChosen(rows[index]!.id)}
              onTurn={() => turn(rows[index]!)}
            />
          ))}
        </div>
      </div>
      <Chosen row={row} extra={extra} />
    </div>
  );
}

function moveBy(
  key: string,
  row: JsonRow,
  { at, choose, turn }: { at: number; choose: (index: number) => void; turn: (row: JsonRow) => void },
): boolean {
  if (key === 'ArrowDown') choose(at + 1);
  else if (key === 'ArrowUp') choose(at - 1);
  else if (key === 'Home') choose(0);
  else if (key === 'End') choose(Infinity);
  else if (key === 'ArrowRight' && row.folded) turn(row);
  else if (key === 'ArrowLeft' && row.size > 0 && !row.folded) turn(row);
  else if (key === 'Enter' && row.size > 0) turn(row);
  else return key === 'ArrowLeft' || key === 'ArrowRight';
  return true;
}

function toggled(turned: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(turned);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface LineProps {
  id: string;
  row: JsonRow;
  top: number;
  chosen: boolean;
  onChoose: () => void;
  onTurn: () => void;
}

function Line({ id, row, top, chosen, onChoose, onTurn }: LineProps) {
  const { name, size, folded, depth } = row;
  const Mark = folded ? ChevronRight : ChevronDown;
  return (
    // The tree around it holds the focus and takes the keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={chosen}
      aria-expanded={size > 0 ? !folded : undefined}
      className={css.line}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 6 + Math.min(depth, 24) * 16 }}
      onClick={() => {
        onChoose();
        if (size > 0 && chosen) onTurn();
      }}
      onDoubleClick={onTurn}
    >
      <span className={css.mark}>
        {size > 0 && (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
          <span
            onClick={(event) => {
              event.stopPropagation();
              onTurn();
            }}
          >
            <Mark size={14} aria-hidden="true" />
          </span>
        )}
      </span>
      {name !== null && (
        <>
          <span className={typeof name === 'number' ? css.place : css.name}>{name}</span>
          <span className={css.colon}>: </span>
        </>
      )}
      <span className={classNames(css.value, css[row.kind])}>{shownValue(row)}</span>
    </div>
  );
}

/** A line's worth; the whole stands below. */
const LINE_LETTERS = 400;

function shownValue({ kind, value, size, folded }: JsonRow): string {
  if (kind === 'object') return size === 0 ? '{}' : folded ? `{ ${formatCount(size)} }` : '{';
  if (kind === 'array') return size === 0 ? '[]' : folded ? `[ ${formatCount(size)} ]` : '[';
  if (kind === 'string') return JSON.stringify((value as string).slice(0, LINE_LETTERS));
  return String(value);
}

/** The chosen line whole, with what can be done with it. */
function Chosen({ row, extra }: { row: JsonRow; extra: Props['extra'] }) {
  const path = pathText(row.path);
  const whole = row.kind === 'string' ? (row.value as string) : JSON.stringify(row.value, null, 2);
  return (
    <div className={css.chosen}>
      <div className={css.chosenHead}>
        <code className="cut" title={path}>
          {path === '' ? 'the whole' : path}
        </code>
        <span className="faint">
          {row.kind}
          {row.kind === 'string' && `, ${formatCount(whole.length)} letters`}
          {row.size > 0 && `, ${formatCount(row.size)} ${row.kind === 'array' ? 'elements' : 'members'}`}
        </span>
        {path !== '' && <CopyButton text={path} label="Copy path" shown="Copy path" />}
        <CopyButton text={whole} label="Copy value" shown="Copy value" />
        {extra?.(row)}
      </div>
      {row.kind === 'string' && whole.length > 60 && <pre className={css.whole}>{whole.slice(0, 20_000)}</pre>}
      {row.kind === 'string' && whole.length > 20_000 && (
        <p className="faint">The first 20,000 letters; Copy value takes all of them.</p>
      )}
    </div>
  );
}

function JsonSearch({
  value,
  label,
  onFound,
}: {
  value: unknown;
  label: string;
  onFound: (path: JsonRow['path']) => void;
}) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = useMemo(() => searchJson(value, text.trim()), [value, text]);
  const go = (index: number): void => {
    const next = (index + found.length) % Math.max(1, found.length);
    setAt(next);
    if (found[next] !== undefined) onFound(found[next]);
  };
  return (
    <span className={css.search}>
      <input
        type="search"
        value={text}
        placeholder="Search names and values"
        aria-label={`Search in ${label}`}
        onChange={(event) => {
          setText(event.target.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          go(event.shiftKey ? at - 1 : at + 1);
        }}
      />
      <span role="status" className="faint">
        {text.trim() !== '' &&
          (found.length === 0
            ? 'not there'
            : `${at < 0 ? '' : `${at + 1} of `}${found.length === 1_000 ? 'the first 1,000' : formatCount(found.length)}; Enter goes on`)}
      </span>
    </span>
  );
}
