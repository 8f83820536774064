import { useSamplesShowQuery, type NewReview } from "@/shared/api";
import { Passage } from "@/shared/sample/Passage";
import { figure } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { State } from "@/shared/ui/State";
import { Failure, Loading } from "@/shared/ui/states";
import { EditForm } from "./EditForm";

interface Props {
  id: string;
  rule: string;
  done: boolean;
  editing: boolean;
  onEdit: (texts: Pick<NewReview, "question" | "answer" | "reason" | "ungrounded">) => Promise<void>;
  onLeave: () => void;
}

/** The sample on the left, the passage that it was made from on the right. Other reviewers' decisions are not told. */
export function Sample({ id, rule, done, editing, onEdit, onLeave }: Props) {
  const query = useSamplesShowQuery({ id });
  const sample = query.currentData?.data.attributes;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!sample) return <Loading what="Reading the sample" />;
  const used = Object.entries(sample.scores ?? {}).filter(([name]) => new RegExp(`\\b${name}\\b`).test(rule));
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card title="Sample" extra={<span className="text-xs text-soft">{(sample.kind ?? "").replaceAll("_", " ")}</span>}>
        {editing ? (
          <EditForm question={sample.question} answer={sample.answer} onSave={onEdit} onLeave={onLeave} />
        ) : (
          <>
            <h3 className="text-soft">Question</h3>
            <p className="text-base break-words">{sample.question}</p>
            <h3 className="mt-3 text-soft">Answer</h3>
            <p className="text-base font-medium break-words">{sample.answer}</p>
          </>
        )}
        <dl className="mt-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
          <dt className="text-soft">Rule</dt>
          <dd>
            <State name={sample.kept == null ? "undecided" : sample.kept ? "kept" : "dropped"} /> {sample.reason}
          </dd>
          {done && (
            <>
              <dt className="text-soft">You</dt>
              <dd>decided it already; u takes your last decision back</dd>
            </>
          )}
          {used.map(([name, score]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name.replaceAll("_", " ")}</dt>
              <dd className="tabular-nums">{figure(score.value)}</dd>
            </div>
          ))}
        </dl>
      </Card>
      <Card title="Where it comes from">
        <Passage sample={sample} />
      </Card>
    </div>
  );
}
