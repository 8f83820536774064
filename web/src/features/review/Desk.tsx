import { App } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { NewReview } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { whole } from "@/shared/ui/numbers";
import { useMay } from "@/shared/ui/permissions";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { usePageKeys } from "@/shared/ui/usePageKeys";
import { useUrl } from "@/shared/ui/useUrl";
import { Keys } from "./Keys";
import { beside, shownOf, whyHere, type Decision } from "./queue";
import { Sample } from "./Sample";
import { useDesk, type Asked } from "./useDesk";

const WORDS: Record<Decision, string> = { keep: "kept", drop: "dropped", edit: "edited", flag: "flagged" };

/** One sample, its source, and the keys to decide about it. */
export function Desk({ asked, rule }: { asked: Asked; rule: string }) {
  const { id = "" } = useParams();
  const { text } = useUrl();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const may = useMay("samples:review");
  const { desk, rest, remaining, query, send, back } = useDesk(asked);
  const [editing, setEditing] = useState("");
  const shown = shownOf(desk, id);
  const place = desk.held.find((one) => one.id === shown)?.attributes;
  const go = (to: string | null) => void navigate(`/review${to ? `/${to}` : ""}?${text}`, { replace: true });
  const say = (error: unknown, what: string) => {
    const failure = failureOf(error);
    void message.error(`${what}: ${failure.message} ${failure.remedy ?? ""}`);
  };
  /** Decides and goes on; an edit waits for the answer, as the studio may refuse its text. */
  const decide = async (decision: Decision, more: Partial<NewReview> = {}) => {
    if (!shown || (desk.done.includes(shown) && decision !== "edit")) return;
    if (may) return void message.info(may);
    const review = { sample_id: shown, decision, curation_id: asked.curation, queue: asked.order, ...more };
    const next = beside(desk, shown, 1) ?? beside(desk, shown, -1);
    if (decision === "edit") {
      await send(review);
      setEditing("");
      return go(next);
    }
    go(next);
    await send(review).catch((error: unknown) => {
      say(error, `Not ${WORDS[decision]}`);
      go(shown);
    });
  };
  const undo = () => {
    if (may) return void message.info(may);
    back().then(
      (sample) => {
        void message.success("Your last decision is taken back.");
        if (sample) go(sample);
      },
      (error: unknown) => say(error, "Nothing taken back"),
    );
  };
  const step = (by: 1 | -1) => {
    const next = beside(desk, shown, by);
    if (next) go(next);
    else void message.info(by === 1 ? "This is the last one." : "This is the first one.");
  };
  const keys = {
    k: () => void decide("keep"),
    d: () => void decide("drop"),
    f: () => void decide("flag"),
    e: () => setEditing(shown),
    u: undo,
    j: () => step(1),
    n: () => step(1),
    p: () => step(-1),
  };
  usePageKeys(editing ? {} : keys);

  if (query.error && !desk.held.length) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.currentData && !desk.held.length) return <Loading what="Reading the queue" />;
  if (!shown)
    return (
      <Empty title={desk.done.length ? "All done" : "Nothing is in this queue"}>
        {asked.order === "disagree"
          ? "No two judges or reviewers differ about a sample. Take another order above."
          : asked.order === "near_threshold" && !desk.done.length
            ? "The rule has no threshold on a score that varies. Take the random order above."
            : "You have decided every sample of this queue."}
      </Empty>
    );
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="flex flex-wrap gap-x-4 text-soft">
        <span>
          <b className="text-ink tabular-nums">{whole(remaining ?? rest.length)}</b> left
        </span>
        <span>
          <b className="text-ink tabular-nums">{whole(desk.done.length)}</b> decided now
        </span>
        {place && <span>{whyHere(asked.order, place.value ?? 0)}</span>}
        {place && (place.reviews ?? 0) > 0 && <span>{whole(place.reviews)} others have decided it</span>}
      </p>
      <Sample
        key={shown}
        id={shown}
        rule={rule}
        done={desk.done.includes(shown)}
        editing={editing === shown}
        onEdit={(texts) => decide("edit", texts)}
        onLeave={() => setEditing("")}
      />
      <Keys keys={keys} can={{ undo: true, decide: !desk.done.includes(shown) }} />
    </div>
  );
}
