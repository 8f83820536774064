import { useMemo } from "react";
import { Link, useNavigate } from "react-router";
import { shell } from "@/shared/ui/CopyCommand";
import { whole } from "@/shared/ui/numbers";
import { Card, Page } from "@/shared/ui/Page";
import { pathTo, type Kind } from "@/shared/ui/places";
import { Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { About } from "./About";
import { keyOf, NAMES, type Point } from "./graph";
import { Line } from "./Line";
import { Passage } from "./Passage";
import { wayBack } from "./path";
import { Picture } from "./Picture";
import { useLineage } from "./useLineage";

/** Where a thing comes from, and what was made of it. */
export function Show({ kind, id }: { kind: Kind; id: string }) {
  const { get, set } = useUrl();
  const navigate = useNavigate();
  const root = keyOf(kind, id);
  const names = get("open");
  const opened = useMemo(() => names.split(",").filter(Boolean), [names]);
  const sample = kind === "sample" ? id : get("sample");
  const { found, error, retry } = useLineage({ kind, id, sample, opened, selected: get("node") });
  const at = get("node") || root;
  const point = found?.graph.points.get(at) ?? found?.graph.points.get(root);
  const label = found?.graph.points.get(root)?.label;
  const path = useMemo(
    () => (found ? wayBack(found.graph, found.layout, root, keyOf("sample", sample)) : []),
    [found, root, sample],
  );
  const open = (one: Point) => {
    if (one.members) set({ open: [...opened, one.key].join(","), node: "" });
    else if (one.kind === "samples") set({ node: one.key });
    else void navigate(pathTo(one.kind, one.id));
  };
  const back = <Link to="/lineage">Begin somewhere else</Link>;
  const down = ["document", "batch", "sample"].includes(kind) ? " --down" : "";
  return (
    <Page
      title={`Lineage of ${NAMES[kind].toLowerCase()} ${kind === "model_version" ? id : (label ?? "")}`}
      lead={back}
      command={`studio lineage ${kind} ${shell(id)}${down}`}
    >
      {error && !found && <Failure error={error} retry={retry} />}
      {!found && !error && <Loading />}
      {found && point && (
        <>
          <Card
            title="From documents to deployments"
            extra={<span className="text-xs text-soft">Arrows move along the lines, Enter opens</span>}
          >
            <Picture
              graph={found.graph}
              layout={found.layout}
              root={root}
              selected={at}
              onSelect={(key) => set({ node: key === root ? "" : key })}
              onOpen={open}
            />
            {(found.left > 0 || found.truncated) && (
              <p role="status" className="mt-2 text-xs text-warn">
                {found.left > 0 && `${whole(found.left)} things that are farther away are not drawn. `}
                {found.truncated && "There are more than 2,000 lines; these are the nearest. "}
                Begin at one of those at the edge to see on.
              </p>
            )}
          </Card>
          <Line path={path} />
          {path.length === 1 && sample && kind !== "sample" && (
            <p role="status" className="text-warn">
              This sample is not among those that {NAMES[kind].toLowerCase()} {label} was made from.
            </p>
          )}
          <div className="grid min-w-0 items-start gap-4 lg:grid-cols-2">
            <About
              point={point}
              graph={found.graph}
              root={root}
              onSelect={(key) => set({ node: key === root ? "" : key })}
              onExpand={(key) => set({ open: [...opened, key].join(","), node: "" })}
              onSample={(chosen) => set({ sample: chosen, node: keyOf("sample", chosen) })}
            />
            {sample && (
              <Card title="The passage" extra={<Link to={pathTo("sample", sample)}>Open the sample</Link>}>
                <Passage id={sample} />
              </Card>
            )}
          </div>
        </>
      )}
    </Page>
  );
}
