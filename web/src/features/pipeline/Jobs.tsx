import { Link } from "react-router";
import { useJobsIndexQuery, type JobPage, type JobResource } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Progress } from "@/shared/ui/Progress";
import { State } from "@/shared/ui/State";
import { Failure, Loading } from "@/shared/ui/states";
import { ago } from "@/shared/ui/time";
import { useNow } from "@/shared/ui/useNow";
import { doneOf, KINDS, leftOf, madeOf, pathOf } from "./jobs";

const SHOWN = 50;
const ENDED = 8;

/** What is under way, and what ended last. */
export function Jobs() {
  const active = useJobsIndexQuery({ active: true, limit: SHOWN });
  const all = useJobsIndexQuery({ active: false, limit: SHOWN });
  const ended = (all.data?.data ?? []).filter((job) => !job.attributes.active).slice(0, ENDED);
  return (
    <>
      <Card title="Under way">
        {active.data ? (
          <Rows page={active.data} none="Nothing is under way." />
        ) : active.error ? (
          <Failure error={active.error} retry={() => void active.refetch()} />
        ) : (
          <Loading />
        )}
      </Card>
      {ended.length > 0 && (
        <Card title="Ended last">
          <ul className="flex flex-col divide-y divide-line">
            {ended.map((job) => (
              <Row key={job.id} job={job} answered={0} />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function Rows({ page, none }: { page: JobPage; none: string }) {
  const total = page.meta?.total ?? page.data.length;
  const answered = page.meta?.timestamp ? Date.parse(page.meta.timestamp) : Date.now();
  if (!page.data.length) return <p className="text-soft">{none}</p>;
  return (
    <>
      <ul className="flex flex-col divide-y divide-line">
        {page.data.map((job) => (
          <Row key={job.id} job={job} answered={answered} />
        ))}
      </ul>
      {total > page.data.length && (
        <p className="mt-2 text-xs text-soft">
          The {whole(page.data.length)} that moved last, of {whole(total)}.
        </p>
      )}
    </>
  );
}

function Row({ job: { id, attributes: job }, answered }: { job: JobResource; answered: number }) {
  const now = useNow();
  const facts = job.active ? [doneOf(job), leftOf(job, answered, now)] : [madeOf(job), ago(job.updated_at, now)];
  return (
    <li className="flex flex-col gap-1 py-2 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 md:flex-nowrap">
        <span className="shrink-0 text-soft">{KINDS[job.kind]}</span>
        <Link to={pathOf(job.kind, id)} className="min-w-0 max-w-full truncate font-medium" title={job.name}>
          {job.name}
        </Link>
        <State name={job.state} />
        <span className="ml-auto shrink-0 text-xs text-soft tabular-nums">{facts.filter(Boolean).join(" · ")}</span>
      </div>
      {job.active && <Progress done={job.done} total={job.total} label={`${KINDS[job.kind]}: ${job.name}`} />}
      {job.error && (
        <p className="text-xs break-words text-bad">
          {job.error.reason || job.error.code} {job.error.remedy}
        </p>
      )}
    </li>
  );
}
