import { Link } from "react-router";
import { useReviewsAgreementQuery } from "@/shared/api";
import { figure, percent, whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Rows } from "@/shared/ui/Rows";
import { Failure } from "@/shared/ui/states";
import { strength } from "./queue";

const SHOWN = 20;

/** How far every two reviewers agree, beyond what chance would give. */
export function Agreement({ curation }: { curation: string }) {
  const { currentData, error, refetch } = useReviewsAgreementQuery({ id: curation });
  const found = currentData?.data.attributes;
  if (error) return <Failure error={error} retry={() => void refetch()} what="No agreement" />;
  if (!found) return null;
  const reviewers = Object.entries(found.reviewers);
  return (
    <Card title="Agreement of reviewers">
      {!reviewers.length && <p className="text-soft">Nobody has decided a sample of this curation yet.</p>}
      {reviewers.length > 0 && (
        <p className="text-soft">{reviewers.map(([who, count]) => `${who}: ${whole(count)}`).join(" · ")}</p>
      )}
      {reviewers.length === 1 && (
        <p className="mt-1 text-soft">
          Agreement takes two. A second reviewer ticks “only what somebody else decided” to meet on the same samples.
        </p>
      )}
      {found.pairs.length > 0 && (
        <Rows
          label="Agreement"
          rows={found.pairs}
          keyOf={(pair) => `${pair.first}/${pair.second}`}
          columns={[
            { title: "Reviewers", head: true, cell: (pair) => `${pair.first} and ${pair.second}` },
            { title: "Both decided", right: true, cell: (pair) => whole(pair.samples) },
            { title: "Agreed", right: true, cell: (pair) => percent(pair.samples ? pair.agreed / pair.samples : null) },
            { title: "Cohen's kappa", right: true, cell: (pair) => figure(pair.kappa) },
            { title: "In words", cell: (pair) => strength(pair.kappa) },
          ]}
        />
      )}
      {found.differing.length > 0 && (
        <p className="mt-3">
          They differ about{" "}
          {found.differing.slice(0, SHOWN).map((id, index) => (
            <span key={id}>
              {index > 0 && ", "}
              <Link to={`/review/${id}?curation=${curation}&order=disagree`}>{id.slice(0, 8)}</Link>
            </span>
          ))}
          {found.differing.length > SHOWN && ` and ${whole(found.differing.length - SHOWN)} more`}.
        </p>
      )}
    </Card>
  );
}
