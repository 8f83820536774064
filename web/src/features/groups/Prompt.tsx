import { Link } from "react-router";
import { Card } from "@/shared/ui/Page";
import type { Group } from "./groups";
import { marked } from "./words";

/** What was asked, of which passage, and the answer that it was held against. */
export function Prompt({ group }: { group: Group }) {
  return (
    <Card
      title={`Prompt ${group.number + 1}`}
      extra={
        <span className="flex flex-wrap items-center gap-3 text-xs">
          {group.swapped && (
            <span className="text-soft" title="So that the answer has to be found in the passage, not remembered.">
              some words of the passage were swapped for others
            </span>
          )}
          {group.sampleId && <Link to={`/samples/${group.sampleId}`}>the sample</Link>}
        </span>
      }
    >
      <div className="grid gap-4 xl:grid-cols-[3fr_2fr]">
        <p className="max-h-40 overflow-y-auto break-words text-soft" tabIndex={0} role="region" aria-label="Passage">
          {marked(group.passage, group.answer).map((piece, index) =>
            piece.hit ? (
              <mark key={index} className="text-ink">
                {piece.text}
              </mark>
            ) : (
              <span key={index}>{piece.text}</span>
            ),
          )}
        </p>
        <dl className="flex flex-col gap-2">
          <div>
            <dt className="text-xs text-soft">Question</dt>
            <dd className="break-words font-medium">{group.question}</dd>
          </div>
          <div>
            <dt className="text-xs text-soft">Reference answer</dt>
            <dd className="break-words font-medium">{group.answer}</dd>
          </div>
        </dl>
      </div>
    </Card>
  );
}
