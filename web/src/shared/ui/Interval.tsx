interface Props {
  low: number;
  high: number;
  value?: number | null;
  /** The ends of the scale. */
  from: number;
  to: number;
  /** Where a line is drawn, e.g. at no difference. */
  marks?: readonly number[];
  /** In words. */
  label: string;
  tone?: "good" | "warn" | "bad" | "accent" | "soft";
  className?: string;
}

const BAR = { good: "bg-good", warn: "bg-warn", bad: "bg-bad", accent: "bg-accent", soft: "bg-soft" };

/** A value with its interval on a scale. */
export function Interval({ low, high, value, from, to, marks = [], label, tone = "accent", className = "" }: Props) {
  const at = (x: number): number => Math.min(100, Math.max(0, ((x - from) / (to - from || 1)) * 100));
  return (
    <span role="img" aria-label={label} title={label} className={`relative block h-4 min-w-16 ${className}`}>
      <span className="absolute inset-x-0 top-[7px] h-px bg-line" />
      {marks.map((mark) => (
        <span key={mark} className="absolute top-0 h-4 w-px bg-soft" style={{ left: `${at(mark)}%` }} />
      ))}
      <span
        className={`absolute top-[5px] h-1.5 rounded-full opacity-45 ${BAR[tone]}`}
        style={{ left: `${at(low)}%`, width: `${Math.max(1, at(high) - at(low))}%` }}
      />
      {value != null && (
        <span
          className={`absolute top-[3px] size-2.5 -translate-x-1/2 rounded-full ${BAR[tone]}`}
          style={{ left: `${at(value)}%` }}
        />
      )}
    </span>
  );
}
