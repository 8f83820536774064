import { Link } from "react-router";
import { useTrainingIndexQuery } from "@/shared/api";
import { figure } from "@/shared/ui/numbers";
import { Card, Page } from "@/shared/ui/Page";
import { Rows } from "@/shared/ui/Rows";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { Time } from "@/shared/ui/Time";
import { listCommand } from "./runs";
import { bestOf, FIGURES, searchesOf, trialName, trialsOf } from "./searches";

const LIMIT = 500;

/** Searches for settings: each is a label that its runs carry. */
export function SearchesPage() {
  const { data, error, refetch } = useTrainingIndexQuery({ limit: LIMIT });
  const searches = searchesOf(data?.data ?? []);
  return (
    <Page
      title="Searches"
      lead={
        <>
          <Link to="/runs">All runs</Link> · Trials of settings; each trial is a run.
        </>
      }
      command={listCommand("")}
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="Reading the runs" />}
      {data && !searches.length && (
        <Empty title="No searches yet">
          Write what may vary into a file and run <code>studio search rates.yaml</code>; its trials appear here.
        </Empty>
      )}
      {searches.length > 0 && (
        <Card>
          <Rows
            label="Searches"
            rows={searches}
            keyOf={(search) => search.name}
            columns={[
              {
                title: "Search",
                head: true,
                cell: ({ name }) => <Link to={`/runs?search=${encodeURIComponent(name)}`}>{name}</Link>,
              },
              { title: "Trials", right: true, cell: ({ runs }) => runs.length },
              { title: "Open", right: true, cell: ({ open }) => open },
              {
                title: "Best reward after",
                right: true,
                cell: ({ runs }) => {
                  const best = bestOf(trialsOf(runs, FIGURES[0]));
                  return best ? `${figure(best.value, 4)} (${trialName(best)})` : "none yet";
                },
              },
              { title: "Last trial", cell: ({ runs }) => <Time at={runs[0]?.attributes.created_at} /> },
            ]}
          />
          {data?.meta?.next_cursor && <p className="mt-3 text-soft">Out of the newest {LIMIT} runs.</p>}
        </Card>
      )}
    </Page>
  );
}
