import { Segmented, Slider } from "antd";
import type { ReactNode } from "react";
import { useView } from "./view";

/** How all curves of the page are looked at. */
export function ViewBar({ phases, children }: { phases: boolean; children?: ReactNode }) {
  const { view, set } = useView();
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2" role="group" aria-label="How the curves are shown">
      {phases && (
        <Segmented
          aria-label="Phase"
          value={view.phase}
          onChange={(phase) => set({ phase: phase === "all" ? "" : phase })}
          options={[
            { label: "Both phases", value: "all" },
            { label: "Warm start", value: "warm_start" },
            { label: "GRPO", value: "grpo" },
          ]}
        />
      )}
      <Segmented
        aria-label="Horizontal axis"
        value={view.axis}
        onChange={(axis) => set({ x: axis === "time" ? "time" : "" })}
        options={[
          { label: "By step", value: "step" },
          { label: "By time", value: "time" },
        ]}
      />
      <div className="flex items-center gap-3">
        <span id="smoothing">Smoothing</span>
        <Slider
          className="w-36!"
          min={0}
          max={0.99}
          step={0.01}
          value={view.smooth}
          onChange={(smooth) => set({ smooth: smooth ? String(smooth) : "" })}
          ariaLabelledByForHandle="smoothing"
        />
        <span className="w-8 tabular-nums text-soft">{view.smooth.toFixed(2)}</span>
      </div>
      {children}
    </div>
  );
}
