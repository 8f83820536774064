import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { useCurationShowQuery, useDatasetsIndexQuery, useDatasetsShowQuery, type DatasetResource } from "@/shared/api";
import { Code, pretty } from "@/shared/ui/Code";
import { Action } from "@/shared/ui/Action";
import { Card, Page } from "@/shared/ui/Page";
import { whole } from "@/shared/ui/numbers";
import { Stat, Stats } from "@/shared/ui/Stat";
import { State } from "@/shared/ui/State";
import { Time } from "@/shared/ui/Time";
import { Unread } from "@/shared/ui/Unread";
import { before, droppedOf, nameOf, ruleOf, showCommand } from "./datasets";
import { Contents } from "./Contents";
import { Export } from "./Export";
import { Origins } from "./Origins";
import { RowBrowser } from "./RowBrowser";
import { SplitBar } from "./SplitBar";

/** One version: what is in it, how it is split, where it came from. */
export function DetailPage({ id }: { id: string }) {
  const query = useDatasetsShowQuery({ id });
  const found = query.currentData?.data;
  if (found) return <Version dataset={found} />;
  return (
    <Unread
      title="Dataset"
      back={<Link to="/datasets">All datasets</Link>}
      command={showCommand(id)}
      error={query.error}
      retry={() => void query.refetch()}
    />
  );
}

function Version({ dataset }: { dataset: DatasetResource }) {
  const { id, attributes: it } = dataset;
  const navigate = useNavigate();
  const versions = useDatasetsIndexQuery({ name: it.name, limit: 500 }).data?.data ?? [];
  const curation = useCurationShowQuery({ id: it.curation_id }, { skip: !it.curation_id }).currentData?.data;
  const previous = before(dataset, versions);
  const frozen = it.status === "frozen";
  const rule = ruleOf(it, curation);
  return (
    <Page
      title={nameOf(it)}
      lead={
        <>
          <Link to="/datasets">All datasets</Link> · <State name={it.status} /> · asked for by {it.requested_by},{" "}
          <Time at={it.created_at} />
        </>
      }
      command={showCommand(id)}
      actions={
        <>
          {previous && (
            <Button onClick={() => void navigate(`/datasets?compare=${previous.id},${id}`)}>
              Compare with {previous.attributes.version}
            </Button>
          )}
          <Action
            type="primary"
            needs="runs:write"
            blocked={!frozen && "Only a frozen version can be trained on."}
            onClick={() => void navigate(`/runs?new=${id}`)}
          >
            Start a training run
          </Action>
        </>
      }
    >
      {it.status === "requested" && (
        <p role="status" className="rounded-lg border border-line bg-card px-4 py-3">
          This version is being frozen; it appears here by itself.
        </p>
      )}
      {it.error && (
        <div role="alert" className="rounded-lg border border-bad/50 bg-card px-4 py-3">
          <p className="text-bad">Refused: {it.error.reason || it.error.code}</p>
          <p className="text-soft">
            {it.error.remedy} <code>{it.error.code}</code>
          </p>
        </div>
      )}
      {frozen && (
        <Card title="Rows">
          <Stats>
            <Stat name="Rows" value={whole((it.train_rows ?? 0) + (it.heldout_rows ?? 0))} />
            <Stat name="Left out" value={whole(droppedOf(it))} />
            <Stat name="Sections" value={whole((it.train_sections ?? 0) + (it.heldout_sections ?? 0))} />
            <Stat name="Held-out fraction" value={String(it.heldout_fraction ?? 0)} hint="of the sections of each document" />
            <Stat name="Seed" value={String(it.seed ?? 0)} />
          </Stats>
          <div className="mt-4">
            <SplitBar dataset={it} large />
          </div>
        </Card>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title="Where it came from">
          <Origins dataset={it} />
          <p className="mt-3 flex flex-wrap gap-x-4">
            <Link to={`/lineage/dataset/${id}`}>Lineage</Link>
            <Link to={`/events?subject=${id}`}>Events</Link>
          </p>
        </Card>
        <Card title="Rule">
          <p className="break-words">
            <code>{rule || "none: everything is kept"}</code>
          </p>
          <p className="mt-1 text-soft">{it.rule ? "Its own rule." : "The rule of its curation."}</p>
          {(it.dropped?.length ?? 0) > 0 && (
            <table className="mt-3 w-full">
              <caption className="pb-1 text-left text-soft">Left out for</caption>
              <tbody>
                {it.dropped?.map((one) => (
                  <tr key={one.reason} className="border-t border-line">
                    <th scope="row" className="py-1 text-left font-normal">
                      {one.reason}
                    </th>
                    <td className="text-right tabular-nums">{whole(one.count)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Card>
        <Card title="Reward">
          <Code value={pretty(it.reward ?? {})} label="Reward specification" height={170} />
        </Card>
        <Card title="Proof and export">
          <p className="text-soft">Merkle root over all rows</p>
          <p className="break-all">
            <code>{it.merkle_root ?? "none yet"}</code>
          </p>
          {frozen && (
            <div className="mt-4">
              <Export id={id} dataset={it} />
            </div>
          )}
        </Card>
      </div>
      {frozen && <Contents id={id} imported={!it.curation_id} />}
      {frozen && (
        <Card title="Browse">
          <RowBrowser id={id} dataset={it} />
        </Card>
      )}
      {versions.length > 1 && (
        <Card title={`Versions of ${it.name}`}>
          <ul className="flex flex-wrap gap-x-4 gap-y-1">
            {versions.map((one) => (
              <li key={one.id}>
                <Link to={`/datasets/${one.id}`} aria-current={one.id === id ? "page" : undefined}>
                  {one.attributes.version ?? one.attributes.status}
                </Link>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Page>
  );
}
