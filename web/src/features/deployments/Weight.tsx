import { InputNumber, Slider } from "antd";
import { useState } from "react";
import type { DeploymentAttributes } from "@/shared/api";
import { Action } from "@/shared/ui/Action";
import { onTrial } from "./deployments";

/** The canary's share of the calls, by slider or number. */
export function Weight({
  it,
  busy,
  onSet,
}: {
  it: DeploymentAttributes;
  busy: boolean;
  onSet: (weight: number) => Promise<boolean>;
}) {
  const [wanted, setWanted] = useState<number | null>(null);
  if (!onTrial(it)) return null;
  const now = Math.round((it.weight ?? 0) * 1000) / 10;
  const value = wanted ?? now;
  const blocked =
    (it.strategy === "blue_green" && "A blue-green version gets all calls or none: promote it.") ||
    (it.paused && "Paused: resume it first.") ||
    (value === now && "Choose another share first.") ||
    (!(value > 0 && value < 100) && "More than 0 and less than 100.");
  const set = async () => {
    if (await onSet(value / 100)) setWanted(null);
  };
  return (
    <form
      className="mt-4 flex flex-wrap items-center gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!blocked) void set();
      }}
    >
      <span id="share" className="font-medium">
        Share of the canary
      </span>
      <Slider
        className="min-w-40 flex-1"
        min={1}
        max={99}
        value={value}
        onChange={setWanted}
        ariaLabelledByForHandle="share"
      />
      <InputNumber
        aria-labelledby="share"
        className="w-28!"
        min={0.1}
        max={99.9}
        step={1}
        value={value}
        suffix="%"
        onChange={(next) => setWanted(next)}
      />
      <Action htmlType="submit" needs="deployments:write" blocked={blocked} loading={busy}>
        Set
      </Action>
    </form>
  );
}
