import { Button } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useSamplesShowQuery, type CurationResource, type SampleDetail } from "@/shared/api";
import { failureOf, isGone } from "@/shared/api/failure";
import { Passage } from "@/shared/sample/Passage";
import { CopyCommand } from "@/shared/ui/CopyCommand";
import { whole } from "@/shared/ui/numbers";
import { Failure, Loading } from "@/shared/ui/states";
import { Time } from "@/shared/ui/Time";
import { Scores } from "./Scores";

interface Props {
  id: string;
  curations: readonly CurationResource[];
  /** Where it stands in the list, from 0. */
  place: number;
  total: number;
  onStep: (step: 1 | -1) => void;
  onClose: () => void;
  review: (sample: SampleDetail) => ReactNode;
}

/** Everything that is known of one sample, and the place that it came from. */
export function Detail({ id, curations, place, total, onStep, onClose, review }: Props) {
  const query = useSamplesShowQuery({ id });
  const sample = query.currentData?.data.attributes;
  const gone = query.error && isGone(failureOf(query.error));
  const rule = curations.find((one) => one.id === sample?.curation_id)?.attributes.rule ?? "";
  return (
    <article
      aria-label="Sample"
      className="flex h-full min-h-0 flex-col overflow-hidden rounded-lg border border-line bg-card"
    >
      <div className="flex items-center gap-2 border-b border-line px-4 py-2">
        <Button size="small" onClick={() => onStep(-1)} aria-keyshortcuts="k" title="Previous (k)">
          ← Previous
        </Button>
        <Button size="small" onClick={() => onStep(1)} aria-keyshortcuts="j" title="Next (j)">
          Next →
        </Button>
        <span className="flex-1 truncate text-center text-soft tabular-nums">
          {place >= 0 ? `${whole(place + 1)} of ${whole(total)}` : "opened by its link"}
        </span>
        <Button size="small" type="text" onClick={onClose} aria-label="Close the sample" title="Close (Esc)">
          ✕
        </Button>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} role="region" aria-label="Details of the sample">
        {query.error && (
          <div className="p-4">
            <Failure
              error={query.error}
              what={gone ? "There is no such sample" : undefined}
              retry={gone ? undefined : () => void query.refetch()}
            />
            <Link to="/samples" className="mt-3 inline-block">
              Back to all samples
            </Link>
          </div>
        )}
        {!sample && !query.error && <Loading what="Reading the sample" />}
        {sample && (
          <>
            <Part title="Question">
              <p className="text-base break-words">{sample.question}</p>
              <h3 className="mt-3 mb-1">Answer</h3>
              <p className="text-base font-medium break-words">{sample.answer}</p>
              {sample.quote && (
                <blockquote className="mx-0 mt-3 mb-0 border-l-2 border-line pl-3 text-soft italic">{sample.quote}</blockquote>
              )}
            </Part>
            <Part title="Where it comes from">
              <Passage sample={sample} />
            </Part>
            <Part title="Scores">
              <Scores sample={sample} rule={rule} />
            </Part>
            <Part title="How it was made">
              <Making id={id} sample={sample} />
            </Part>
          </>
        )}
      </div>
      {sample && (
        <section aria-label="Decision" className="border-t border-line px-4 py-3">
          {review(sample)}
        </section>
      )}
    </article>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b border-line p-4 last:border-0" aria-label={title}>
      <h2 className="mb-2">{title}</h2>
      {children}
    </section>
  );
}

function Making({ id, sample }: { id: string; sample: SampleDetail }) {
  const rows: [string, ReactNode][] = [
    ["Generator", `${sample.generator} ${sample.generator_version}`],
    ["Kind", sample.kind?.replaceAll("_", " ")],
    ["Model", sample.model],
    ["Template", sample.template_sha256 && <code title={sample.template_sha256}>{sample.template_sha256.slice(0, 12)}</code>],
    ["Request", sample.request_sha256 && <code title={sample.request_sha256}>{sample.request_sha256.slice(0, 12)}</code>],
    ["Reply", sample.reply_blob && <code className="break-all">{sample.reply_blob}</code>],
    ["Seed", String(sample.seed ?? 0)],
    ["Batch", <Link to={`/samples?batch=${sample.batch_id}`}>{sample.batch_id.slice(0, 8)}</Link>],
    ["Section", `${sample.section_title ?? ""} (${sample.section_id ?? ""}, ${sample.chunk_id ?? ""})`],
    ["Made", <Time at={sample.created_at} />],
    ["Id", <code className="break-all">{id}</code>],
  ];
  return (
    <>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="min-w-0 break-words">{value || <span className="text-soft">none</span>}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <Link to={`/lineage/sample/${id}`}>Lineage</Link>
        <Link to={`/events?subject=${encodeURIComponent(id)}`}>Events</Link>
        <Link to={`/documents/${sample.document_id}`}>Document</Link>
        <CopyCommand command={`studio lineage sample ${id}`} />
      </p>
    </>
  );
}
