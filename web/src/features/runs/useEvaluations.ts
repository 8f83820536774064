import { useEffect, useState } from "react";
import type { EvaluationAttributes } from "@/shared/api";
import { pagesOf } from "@/shared/api/pages";
import { useFeed } from "@/shared/live/live";

/** The evaluations of several runs, by run; read again when one of them is evaluated. */
export function useEvaluations(ids: readonly string[]): Record<string, EvaluationAttributes[]> {
  const [found, setFound] = useState<Record<string, EvaluationAttributes[]>>({});
  const [turn, setTurn] = useState(0);
  const key = ids.join(",");
  useEffect(() => {
    const stopper = new AbortController();
    const read = async (id: string) => {
      const rows: EvaluationAttributes[] = [];
      const path = `/api/v1/runs/${encodeURIComponent(id)}/evaluations`;
      for await (const page of pagesOf<EvaluationAttributes>(path, stopper.signal)) rows.push(...page);
      setFound((old) => ({ ...old, [id]: rows }));
    };
    for (const id of key ? key.split(",") : []) read(id).catch(() => {}); // the table says the outcome anyway
    return () => stopper.abort();
  }, [key, turn]);
  const subjects = key ? key.split(",") : ["none"];
  useFeed({ topics: ["studio.training.steps"], types: ["EvaluationRecorded"], subjects }, () =>
    setTurn((old) => old + 1),
  );
  return found;
}
