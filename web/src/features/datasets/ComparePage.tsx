import { Link } from "react-router";
import { useCurationShowQuery, useDatasetsShowQuery } from "@/shared/api";
import { Card, Page } from "@/shared/ui/Page";
import { Failure, Loading } from "@/shared/ui/states";
import { differences, nameOf, ruleOf } from "./datasets";
import { diffCommand } from "./diff";
import { RowDiff } from "./RowDiff";
import { SplitBar } from "./SplitBar";

/** Two versions side by side; what differs stands out. */
export function ComparePage({ ids }: { ids: readonly [string, string] }) {
  const left = useVersion(ids[0]);
  const right = useVersion(ids[1]);
  const error = left.error ?? right.error;
  const frame = { lead: <Link to="/datasets">All datasets</Link>, command: diffCommand(...ids) };
  if (error) return <Page title="Compare datasets" {...frame}>{<Failure error={error} />}</Page>;
  if (!left.found || !right.found) return <Page title="Compare datasets" {...frame}>{<Loading />}</Page>;
  const [one, other] = [left.found.attributes, right.found.attributes];
  const lines = differences(one, other, [left.rule, right.rule]);
  return (
    <Page title={`${nameOf(one)} and ${nameOf(other)}`} {...frame}>
      <Card>
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Comparison">
          <table className="w-full min-w-176 table-fixed">
            <thead>
              <tr className="border-b border-line text-left">
                <th className="w-52 p-2" scope="col">
                  <span className="sr-only">What</span>
                </th>
                {[left.found, right.found].map((side) => (
                  <th key={side.id} scope="col" className="p-2">
                    <Link to={`/datasets/${side.id}`}>{nameOf(side.attributes)}</Link>
                    <div className="mt-1 font-normal">
                      <SplitBar dataset={side.attributes} />
                    </div>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.what} className="border-b border-line align-top last:border-0">
                  <th scope="row" className="p-2 text-left font-normal text-soft">
                    {line.what}
                  </th>
                  <td className="p-2 break-words">{line.left}</td>
                  <td className={`p-2 break-words ${line.same ? "" : "bg-mark/40"}`}>
                    {line.right}
                    <span className={line.same ? "text-xs text-soft" : "sr-only"}>{line.same ? "" : " (differs)"}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="mt-3 text-soft">
          {lines.filter((line) => !line.same).length} of {lines.length} lines differ.
        </p>
      </Card>
      {one.status === "frozen" && other.status === "frozen" && <RowDiff ids={ids} />}
    </Page>
  );
}

function useVersion(id: string) {
  const query = useDatasetsShowQuery({ id });
  const found = query.currentData?.data;
  const curation = useCurationShowQuery({ id: found?.attributes.curation_id ?? "" }, { skip: !found });
  return { found, error: query.error, rule: found ? ruleOf(found.attributes, curation.currentData?.data) : "" };
}
