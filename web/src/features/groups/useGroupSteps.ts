import { useEffect, useState } from "react";
import type { StepAttributes } from "@/shared/api";
import { pagesOf } from "@/shared/api/pages";
import { useFeed } from "@/shared/live/live";

/** Numbers of the steps of a run that have groups, rising; those that come while one looks are added. */
export function useGroupSteps(id: string): number[] {
  const [steps, setSteps] = useState<number[]>([]);
  useEffect(() => {
    const stopper = new AbortController();
    const path = `/api/v1/runs/${encodeURIComponent(id)}/steps?phase=grpo`;
    const read = async () => {
      for await (const page of pagesOf<StepAttributes>(path, stopper.signal))
        setSteps((old) => rising([...old, ...page.filter((step) => step.groups_blob).map((step) => step.step)]));
    };
    read().catch(() => {}); // without them only the arrows are missing
    return () => stopper.abort();
  }, [id]);
  useFeed({ topics: ["studio.training.steps"], types: ["StepRecorded"], subjects: [id] }, ({ data }) => {
    if (data.phase === "grpo" && data.groups_blob) setSteps((old) => rising([...old, Number(data.step)]));
  });
  return steps;
}

const rising = (steps: number[]): number[] => [...new Set(steps)].sort((one, other) => one - other);
