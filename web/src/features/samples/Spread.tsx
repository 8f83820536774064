import { Button, Select } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Chart } from "@/shared/charts/Chart";
import type { Ink } from "@/shared/charts/lines";
import { Card } from "@/shared/ui/Page";
import { figure, whole } from "@/shared/ui/numbers";
import { Failure, Loading } from "@/shared/ui/states";
import { useSettled } from "@/shared/ui/useSettled";
import { estimate, nearestEdge, passing, tidy } from "./estimate";
import { heightOf, histogramLabel, histogramOption } from "./histogram";
import { printThresholds, thresholdIn, withThresholds, type Threshold } from "./rule";
import { ThresholdSlider } from "./Threshold";
import type { Filters } from "./useFilters";
import type { useSpread } from "./useSpread";
import { WhatIf } from "./WhatIf";

/** How a score is spread over the batch or curation, and what a threshold on it would keep. */
export function Spread({ filters, spread }: { filters: Filters; spread: ReturnType<typeof useSpread> }) {
  const { scope, set, thresholds, curation } = filters;
  const { found } = spread;
  const rule = curation?.attributes.rule ?? "";
  const name = found?.scorer ?? spread.scorer;
  const own = useMemo(() => thresholdIn(rule, name), [rule, name]);
  const start: Threshold = thresholds[name] ?? own ?? { op: ">=", value: found?.bins[0]?.low ?? 0 };
  const [moved, setMoved] = useState<{ name: string; to: Threshold } | null>(null);
  const to = moved?.name === name ? moved.to : null;
  const shown = to ?? start;
  const settled = useSettled(moved, 200);
  useEffect(() => {
    if (!settled) return;
    const next = { ...thresholds, [settled.name]: { op: settled.to.op, value: tidy(settled.to.value) } };
    set({ thresholds: printThresholds(next) });
    setMoved((now) => (now === settled ? null : now));
    // only where the thumb has rested
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  const touched = !!to || !!thresholds[name] || !!own;
  const { op, value } = shown;
  const option = useCallback(
    (ink: Ink) => histogramOption(found ?? EMPTY, touched ? { op, value } : null, ink),
    [found, touched, op, value],
  );
  const body = () => {
    if (spread.error) return <Failure error={spread.error} retry={spread.retry} what="No histogram" />;
    if (!found) return <Loading what="Counting scores" />;
    if (!found.bins.length) return <p className="text-soft">No sample has this score yet.</p>;
    const move = (next: Threshold) => setMoved({ name, to: next });
    const click = (x: number) => move({ ...shown, value: nearestEdge(found.bins, x) });
    const { cut } = heightOf(found.bins);
    const others = Object.keys(thresholds).some((one) => one !== name);
    return (
      <div className="grid gap-x-6 gap-y-3 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div>
          <Chart option={option} label={histogramLabel(found)} height={150} onClick={click} />
          <ThresholdSlider bins={found.bins} scorer={name} value={shown} onChange={move} />
          <p className="mt-1 text-soft">
            {cut && `The tallest bar is cut off: ${whole(cut.count)} from ${figure(tidy(cut.low))} to ${figure(tidy(cut.high))}. `}
            {whole(passing(found.bins, shown, "count"))} of {whole(found.total)} have this score on that side.
            {found.missing > 0 && ` ${whole(found.missing)} have no such score.`}{" "}
            <Button type="link" size="small" className="px-1!" onClick={() => set(onlyThese(name, shown, true))}>
              List them
            </Button>
            <Button type="link" size="small" className="px-1!" onClick={() => set(onlyThese(name, shown, false))}>
              List the others
            </Button>
          </p>
        </div>
        {curation ? (
          <WhatIf
            curation={curation}
            rule={Object.keys(thresholds).length ? withThresholds(rule, thresholds) : ""}
            moving={!!moved}
            estimate={found.kept + found.dropped ? estimate(found.bins, own, shown) : null}
            others={others}
            onMade={(id) => set({ curation: id, batch: null, thresholds: null, row: null }, { replace: false })}
          />
        ) : (
          <p className="text-soft">
            This batch has no finished curation yet, so only the generator&apos;s own quality is known. Curate it with{" "}
            <code>studio curate {scope.batchId?.slice(0, 8)}…</code>: then every score has its histogram here.
          </p>
        )}
      </div>
    );
  };
  const scorers = found?.scorers ?? [];
  return (
    <Card
      title="Scores"
      extra={
        <div className="flex flex-wrap items-center gap-2">
          {Object.keys(thresholds).length > 0 && (
            <Button type="text" size="small" onClick={() => set({ thresholds: null })}>
              Back to the rule in use
            </Button>
          )}
          <Button type="text" size="small" onClick={() => set({ scores: "hidden" })}>
            Hide
          </Button>
          <label htmlFor="scorer" className="text-soft">
            Score
          </label>
          <Select
            id="scorer"
            className="w-72"
            value={name || undefined}
            onChange={(next) => set({ scorer: next, min: null, max: null, sort: null })}
            options={scorers.map((one) => ({
              value: one.name,
              label: `${one.name.replaceAll("_", " ")} (${figure(one.min)} to ${figure(one.max)})`,
            }))}
          />
        </div>
      }
    >
      {body()}
    </Card>
  );
}

const EMPTY = {
  batch_id: null,
  curation_id: null,
  scorer: "",
  bins: [],
  min: null,
  max: null,
  mean: null,
  total: 0,
  missing: 0,
  kept: 0,
  dropped: 0,
  scorers: [],
};

/** The filter for one side of a threshold; the API's bounds are inclusive. */
function onlyThese(scorer: string, { op, value }: Threshold, inside: boolean) {
  const above = (op === ">=") === inside;
  const below = tidy(value - 1e-6);
  return { scorer, min: above ? tidy(value) : null, max: above ? null : below, row: null };
}
