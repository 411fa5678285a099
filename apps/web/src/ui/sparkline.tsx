/** The course of a figure in a line of text. */
interface Props {
  values: readonly number[];
  /** What it shows, in words. */
  label: string;
  width?: number;
  height?: number;
}

/** Bars from 0, so that one failure in a quiet hour is seen. */
export function Sparkline({ values, label, width = 88, height = 20 }: Props) {
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
        const tall = value === 0 ? 0 : Math.max(2, (value / most) * (height - 2));
        // A place in a series is its only name.
        // oxlint-disable-next-line react/no-array-index-key
        return (
          <rect
            key={index}
            x={index * step}
            y={height - tall}
            width={Math.max(1, step - 1)}
            height={tall}
            fill="currentColor"
          />
        );
      })}
    </svg>
  );
}
