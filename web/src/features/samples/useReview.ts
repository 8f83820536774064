import type { ThunkDispatch, UnknownAction } from "@reduxjs/toolkit";
import { useCallback } from "react";
import { useDispatch, useStore } from "react-redux";
import { api, useSamplesReviewMutation, type ReviewAttributes, type SampleAttributes } from "@/shared/api";
import { session } from "@/shared/api/session";
import { newKey } from "@/shared/ui/newKey";

export type Decision = "keep" | "drop";
type ApiState = Parameters<typeof api.util.selectInvalidatedBy>[0];

/** Decide about a sample: at once on the screen, taken back where the studio refuses. The promise tells which. */
export function useReview(): (id: string, decision: Decision, reason: string) => Promise<void> {
  const store = useStore();
  const dispatch = useDispatch<ThunkDispatch<ApiState, unknown, UnknownAction>>();
  const [send] = useSamplesReviewMutation();
  return useCallback(
    async (id, decision, reason) => {
      const review: ReviewAttributes = { decision, reason, author: session.get()?.email ?? "you", reviewed_at: null };
      const held = api.util.selectInvalidatedBy(store.getState() as ApiState, ["samples"]);
      const patches = held.flatMap(({ endpointName, originalArgs }) => {
        const change = changeOf(id, review);
        if (endpointName === "samplesIndex")
          return [dispatch(api.util.updateQueryData("samplesIndex", originalArgs, (page) => page.data.forEach(change)))];
        if (endpointName === "samplesShow" && originalArgs.id === id)
          return [dispatch(api.util.updateQueryData("samplesShow", originalArgs, (item) => change(item.data)))];
        return [];
      });
      try {
        await send({ id, "idempotency-key": newKey(), sampleDecision: { decision, reason } }).unwrap();
        dispatch(api.util.invalidateTags(["curation"])); // what a rule would keep depends on it
      } catch (error) {
        for (const patch of patches) patch.undo();
        throw error;
      }
    },
    [dispatch, send, store],
  );
}

const changeOf = (id: string, review: ReviewAttributes) => (one: { id: string; attributes: SampleAttributes }) => {
  if (one.id === id) one.attributes.review = review;
};
