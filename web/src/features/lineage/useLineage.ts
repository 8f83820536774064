import { useMemo } from "react";
import { skipToken } from "@reduxjs/toolkit/query";
import { useLineageShowQuery, useSamplesShowQuery, type LineageAttributes } from "@/shared/api";
import type { Kind } from "@/shared/ui/places";
import { capped, grouped, keyOf, merged, withSamples, type Graph } from "./graph";
import { layoutOf, type Layout } from "./layout";

export interface Found {
  graph: Graph;
  layout: Layout;
  /** Points that are not drawn. */
  left: number;
  /** There is more than the studio told. */
  truncated: boolean;
}

interface Asked {
  kind: Kind;
  id: string;
  /** A sample that is to be drawn, too. */
  sample: string;
  opened: readonly string[];
  selected: string;
}

/** Both ways from a thing, and from a sample that somebody chose. */
export function useLineage({ kind, id, sample, opened, selected }: Asked) {
  const up = useLineageShowQuery({ kind, id, direction: "up" });
  const down = useLineageShowQuery({ kind, id, direction: "down" });
  const own = kind === "sample" ? id : sample;
  const ofSample = useLineageShowQuery(
    own && kind !== "sample" ? { kind: "sample", id: own, direction: "up" } : skipToken,
  );
  // What is made of a sample is made of its batch.
  const batch = kind === "sample" ? up.currentData?.data.attributes.nodes.find((node) => node.type === "batch")?.id : "";
  const ofBatch = useLineageShowQuery(batch ? { kind: "batch", id: batch, direction: "down" } : skipToken);
  const drawn = useSamplesShowQuery(own ? { id: own } : skipToken).currentData?.data.attributes;
  const dropped = drawn?.kept === false ? (drawn.curation_id ?? "") : "";
  const answers = [up, down, ofSample, ofBatch].map((one) => one.currentData?.data.attributes);
  const [first, second, third, fourth] = answers;
  const names = opened.join(",");
  const found = useMemo((): Found | null => {
    if (!first || !second) return null;
    const known = [first, second, third, fourth].filter((one): one is LineageAttributes => !!one);
    const root = keyOf(kind, id);
    const kept = new Set([root, selected, keyOf("sample", own)]);
    const whole = grouped(withSamples(merged(known), dropped), new Set(names.split(",")), kept);
    const { left, ...graph } = capped(whole, root);
    return { graph, layout: layoutOf(graph), left, truncated: known.some((one) => one.truncated) };
  }, [first, second, third, fourth, kind, id, own, names, selected, dropped]);
  return { found, error: up.error ?? down.error, retry: () => void Promise.all([up.refetch(), down.refetch()]) };
}
