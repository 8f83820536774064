import { Input } from "antd";
import { Action } from "@/shared/ui/Action";
import { State } from "@/shared/ui/State";
import { Time } from "@/shared/ui/Time";
import type { SampleDetail } from "@/shared/api";
import type { Decision } from "./useReview";

interface Props {
  sample: SampleDetail;
  reason: string;
  onReason: (reason: string) => void;
  onDecide: (decision: Decision) => void;
  advance: boolean;
  onAdvance: (advance: boolean) => void;
}

export const REASON = "review-reason";

/** What the rule decided, what a person decided, and the keys to decide. */
export function Review({ sample, reason, onReason, onDecide, advance, onAdvance }: Props) {
  const review = sample.review;
  return (
    <div className="flex flex-col gap-2">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
        <dt className="text-soft">Rule</dt>
        <dd>
          {sample.kept == null ? (
            <span className="text-soft">not decided: its batch has no finished curation</span>
          ) : (
            <>
              <State name={sample.kept ? "kept" : "dropped"} /> {sample.reason}
            </>
          )}
        </dd>
        <dt className="text-soft">Review</dt>
        <dd data-testid="review">
          {review ? (
            <>
              <State name={review.decision} /> by {review.author}
              {review.reviewed_at && (
                <>
                  , <Time at={review.reviewed_at} />
                </>
              )}
              {review.reason && <span className="block">“{review.reason}”</span>}
            </>
          ) : (
            <span className="text-soft">nobody yet; a review comes before the rule</span>
          )}
        </dd>
      </dl>
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-40 flex-1">
          <label htmlFor={REASON} className="text-xs text-soft">
            Reason (optional)
          </label>
          <Input
            id={REASON}
            maxLength={1000}
            value={reason}
            placeholder="r to write, Esc to leave"
            onChange={(event) => onReason(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") event.currentTarget.blur();
            }}
          />
        </div>
        <Action needs="samples:review" onClick={() => onDecide("keep")} aria-keyshortcuts="a">
          Keep <kbd className="ml-1 text-soft">a</kbd>
        </Action>
        <Action needs="samples:review" danger onClick={() => onDecide("drop")} aria-keyshortcuts="x">
          Drop <kbd className="ml-1">x</kbd>
        </Action>
      </div>
      <label className="flex items-center gap-2 text-soft">
        <input type="checkbox" checked={advance} onChange={(event) => onAdvance(event.target.checked)} />
        go on to the next sample after a decision
      </label>
    </div>
  );
}
