import { memo, useCallback } from "react";
import { Chart } from "@/shared/charts/Chart";
import { spoken, type Ink } from "@/shared/charts/lines";
import { usePalette } from "@/shared/charts/usePalette";
import type { Axis } from "./axis";
import { curveOption } from "./curveOption";
import { pointsIn, type Curve } from "./curves";

interface Props {
  title: string;
  help: string;
  curves: readonly Curve[];
  axis: Axis;
  height?: number;
  onClick?: (x: number) => void;
  /** Names of the curves, where their colours are not explained elsewhere. */
  legend?: boolean;
}

/** One metric of one or several runs. */
export const CurveCard = memo(function CurveCard({ title, help, curves, axis, height = 170, onClick, legend }: Props) {
  const option = useCallback((ink: Ink) => curveOption(curves, axis, ink), [curves, axis]);
  const count = pointsIn(curves);
  const label = spoken(
    title,
    curves.map((curve) => ({ name: curve.name, points: curve.raw })),
  );
  return (
    <section className="min-w-0 rounded-lg border border-line bg-card p-3" aria-label={title}>
      <div className="mb-1 flex items-baseline justify-between gap-2">
        <h3 title={help}>{title}</h3>
        <span className="text-xs text-soft">{count || "no values"}</span>
      </div>
      {count ? (
        <Chart option={option} label={label} height={height} group="runs" onClick={onClick} />
      ) : (
        <p className="flex items-center justify-center text-soft" style={{ height }}>
          Measured in GRPO only.
        </p>
      )}
      {legend && <Legend curves={curves} />}
    </section>
  );
});

function Legend({ curves }: { curves: readonly Curve[] }) {
  return (
    <ul className="mt-1 flex flex-wrap gap-x-3 text-xs text-soft">
      {curves.map((curve) => (
        <li key={curve.name} className="flex items-center gap-1.5">
          <Dot hue={curve.hue} /> {curve.name}
        </li>
      ))}
    </ul>
  );
}

/** The colour of a curve. */
export function Dot({ hue }: { hue: number }) {
  const palette = usePalette();
  return (
    <span
      aria-hidden
      className="inline-block size-2.5 shrink-0 rounded-full"
      style={{ background: palette[hue % palette.length] }}
    />
  );
}
