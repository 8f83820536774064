import { Button, Segmented } from "antd";
import { useCallback, useMemo } from "react";
import { Chart } from "@/shared/charts/Chart";
import type { Ink } from "@/shared/charts/lines";
import { usePalette } from "@/shared/charts/usePalette";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Failure, Loading } from "@/shared/ui/states";
import { duration } from "@/shared/ui/time";
import { useUrl } from "@/shared/ui/useUrl";
import type { Moment } from "./deployments";
import { useWindows } from "./useWindows";
import { MEASURES, windowOption, type Measure } from "./windowOption";
import { seriesOf, widthFor, WIDTHS, type Series } from "./windows";

/** Scores, calls, latency and errors of each version over time; grows as calls come in. */
export function Windows({ name, moments }: { name: string; moments: readonly Moment[] }) {
  const { number, set } = useUrl();
  const palette = usePalette();
  const { windows, loading, more, error, readAll, again } = useWindows(name);
  const auto = widthFor(windows);
  const width = WIDTHS.find((one) => one === number("width")) ?? auto;
  const series = useMemo(() => seriesOf(windows, width), [windows, width]);
  const changes = useMemo(
    () =>
      moments
        .filter((one) => one.kind === "change")
        .map((one) => ({ at: new Date(one.at).getTime(), name: one.title })),
    [moments],
  );
  return (
    <Card
      title="Outcomes over time"
      extra={
        <Segmented
          aria-label="Length of a window"
          value={width}
          onChange={(value) => set({ width: value === auto ? "" : value })}
          options={WIDTHS.map((one) => ({ label: duration(one), value: one }))}
        />
      }
    >
      {error !== undefined && <Failure error={error} retry={again} />}
      {loading && !windows.length && <Loading what="Reading windows" />}
      {!loading && !windows.length && error === undefined && (
        <p className="text-soft">
          No calls yet. Ask it: <code>studio chat {name}</code>
        </p>
      )}
      {windows.length > 0 && (
        <>
          <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-soft">
            {series.map((one) => (
              <span key={`${one.version}/${one.role}`} className="flex items-center gap-1.5">
                <span
                  aria-hidden
                  className="size-2.5 rounded-full"
                  style={{ background: palette[one.hue % palette.length] }}
                />
                {one.version} {one.role}
              </span>
            ))}
            <span>Dashed: something was decided.</span>
            <span role="status" className="ml-auto">
              {more ? "the newest " : ""}
              {whole(windows.length)} windows{width > 2 && `, summed up to ${duration(width)} each`}
            </span>
            {more && (
              <Button size="small" onClick={readAll}>
                Read all
              </Button>
            )}
          </div>
          <div className="grid gap-x-6 gap-y-3 lg:grid-cols-2">
            {MEASURES.map((measure) => (
              <MeasureChart key={measure.id} measure={measure} series={series} width={width} changes={changes} />
            ))}
          </div>
        </>
      )}
    </Card>
  );
}

interface MeasureProps {
  measure: Measure;
  series: readonly Series[];
  width: number;
  changes: readonly { at: number; name: string }[];
}

function MeasureChart({ measure, series, width, changes }: MeasureProps) {
  const option = useCallback(
    (ink: Ink) => windowOption(series, measure, width, changes, ink),
    [series, measure, width, changes],
  );
  const least = measure.id === "errors" ? 1 : 0;
  const known = series.some((one) => one.bins.some((bin) => (measure.of(bin) ?? -1) >= least));
  const nothing = known ? "" : measure.id === "errors" ? "No errors." : measure.id === "score" && "Nothing was judged.";
  const words = series.map((one) => `${one.version} ${one.role}: ${one.bins.length} points`).join(", ");
  return (
    <div className="min-w-0">
      <h3 title={measure.help} className="mb-1 text-xs font-medium text-soft">
        {measure.name}
      </h3>
      {nothing ? (
        <p className="flex h-[150px] items-center justify-center text-soft">{nothing}</p>
      ) : (
        <Chart option={option} label={`${measure.name} over time. ${words}.`} height={150} group="windows" />
      )}
    </div>
  );
}
