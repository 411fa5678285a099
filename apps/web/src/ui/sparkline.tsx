/** The course of a figure in a line of text. */
interface Props {
  values: readonly number[];
  /** A part of each value that is drawn in the colour of failures, from 0. */
  failed?: readonly number[];
  /** What it shows, in words. */
  label: string;
  width?: number;
  height?: number;
}

/** Bars from 0, so that one failure in a quiet hour is seen. */
export function Sparkline({ values, failed, label, width = 88, height = 20 }: Props) {
  const most = Math.max(1, ...values);
  const step = width / Math.max(1, values.length);
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <title>{label}</title>
      <line
        x1={0}
        x2={width}
        y1={height - 0.5}
        y2={height - 0.5}
        stroke="var(--line-strong)"
        strokeWidth={1}
        opacity={0.5}
      />
      {values.map((value, index) => {
        const bar = { x: index * step, width: Math.max(1, step - 1), most, height };
        // A place in a series is its only name.
        return (
          // oxlint-disable-next-line react/no-array-index-key
          <g key={index}>
            <Bar {...bar} value={value} fill="currentColor" />
            {failed !== undefined && <Bar {...bar} value={failed[index] ?? 0} fill="var(--failed)" />}
          </g>
        );
      })}
    </svg>
  );
}

interface BarProps {
  x: number;
  width: number;
  value: number;
  most: number;
  height: number;
  fill: string;
}

/** What is not 0 is at least two pixels tall. */
function Bar({ x, width, value, most, height, fill }: BarProps) {
  const tall = value === 0 ? 0 : Math.max(2, (value / most) * (height - 2));
  return <rect x={x} y={height - tall} width={width} height={tall} fill={fill} />;
}
