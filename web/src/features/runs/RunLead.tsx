import { Link } from "react-router";
import { useDatasetsShowQuery } from "@/shared/api";
import { State } from "@/shared/ui/State";
import { spokenNeeds } from "./control";
import { shortOf, type Run } from "./runs";

/** Where a run stands, and what it came from. */
export function RunLead({ run }: { run: Run }) {
  const it = run.attributes;
  const id = it.dataset_id;
  const dataset = useDatasetsShowQuery({ id }, { skip: !id }).data?.data.attributes;
  const needs = spokenNeeds(it.needs);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <State name={it.status} />
      <code title={run.id}>{shortOf(run.id)}</code>
      {it.base_model && (
        <>
          from{" "}
          <span className="text-ink">{it.base_model === "small" ? "a small model of its own" : it.base_model}</span>
        </>
      )}
      {id && (
        <>
          on <Link to={`/datasets/${id}`}>{dataset ? `${dataset.name} ${dataset.version}` : shortOf(id)}</Link>
        </>
      )}
      {it.parent_run && (
        <>
          forked from <Link to={`/runs/${it.parent_run}`}>{shortOf(it.parent_run)}</Link> after step {it.parent_step}
        </>
      )}
      {needs && <>needs {needs}</>}
      {Object.entries(it.labels ?? {}).map(([name, text]) => (
        <Link key={name} to={linkOf(name, text)} title="Runs with this label">
          {name}={text}
        </Link>
      ))}
    </span>
  );
}

/** A search has a page of its own; other labels are a filter of the list. */
const linkOf = (name: string, text: string): string =>
  name === "search" ? `/runs?search=${encodeURIComponent(text)}` : `/runs?label=${encodeURIComponent(`${name}=${text}`)}`;
