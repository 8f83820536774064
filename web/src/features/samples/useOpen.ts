import { useEffect, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import type { useRows } from "./useRows";
import { neighbour } from "./windows";

/** Which sample is open, and where in the list: `/samples/<id>?row=<number>`. */
export function useOpen(rows: ReturnType<typeof useRows>) {
  const { id = "" } = useParams();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const written = Number(params.get("row") ?? "NaN");
  const was = Number.isInteger(written) && written > 0 ? written - 1 : undefined;
  const found = id ? rows.indexOf(id) : -1;
  // While its page is not there the row in the URL is believed.
  const place = found >= 0 ? found : id && was !== undefined && !rows.get(was) ? was : -1;
  const [waiting, setWaiting] = useState<number | null>(null);
  const total = rows.total ?? 0;

  const linkOf = (to: string, row: number): string => {
    const next = new URLSearchParams(params);
    next.set("row", String(row + 1));
    return `/samples/${to}?${next}`;
  };
  const show = (row: number, replace = !!id) => {
    const there = rows.get(row);
    if (there) void navigate(linkOf(there.id, row), { replace });
    else {
      rows.ask(row, row);
      setWaiting(row);
    }
  };
  const arrived = waiting === null ? undefined : rows.get(waiting);
  useEffect(() => {
    if (waiting === null || !arrived) return;
    setWaiting(null);
    void navigate(linkOf(arrived.id, waiting), { replace: true });
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [waiting, arrived?.id]);
  const step = (by: 1 | -1) => {
    const next = neighbour(by, place, was, total);
    if (next !== null) show(next);
  };
  const close = () => {
    const next = new URLSearchParams(params);
    next.delete("row");
    void navigate(`/samples?${next}`);
  };
  return { id, place, show, step, close, linkOf };
}
