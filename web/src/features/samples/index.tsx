import { App, Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useSamplesShowQuery } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Page } from "@/shared/ui/Page";
import { whole } from "@/shared/ui/numbers";
import { useMay } from "@/shared/ui/permissions";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { usePageKeys } from "@/shared/ui/usePageKeys";
import { Compare } from "./Compare";
import { Detail } from "./Detail";
import { FilterBar } from "./FilterBar";
import { List } from "./List";
import { commandOf } from "./names";
import { Pending } from "./Pending";
import { REASON, Review } from "./Review";
import { withThresholds } from "./rule";
import { Spread } from "./Spread";
import { isNarrowed, useFilters } from "./useFilters";
import { useOpen } from "./useOpen";
import { useReview, type Decision } from "./useReview";
import { useRows } from "./useRows";
import { useSpread } from "./useSpread";

/** Samples: find them, see what a threshold would keep, review each beside the passage that it came from. */
export function Component() {
  const filters = useFilters();
  const { wanted, scope, set, thresholds, curation } = filters;
  const rows = useRows(filters.args, !filters.ready || filters.nothing);
  const spread = useSpread(filters);
  const open = useOpen(rows);
  const review = useReview();
  const may = useMay("samples:review");
  const shown = useSamplesShowQuery({ id: open.id }, { skip: !open.id });
  const { message } = App.useApp();
  const [advance, setAdvance] = useState(!filters.stay);
  const [reason, setReason] = useState({ id: "", text: "" });
  const typed = reason.id === open.id ? reason.text : "";

  const decide = (decision: Decision) => {
    const id = open.id;
    if (shown.currentData?.data.id !== id) return; // nobody decides about what is not on the screen yet
    if (may) {
      void message.info(may);
      return;
    }
    review(id, decision, typed).catch((error: unknown) => {
      const { message: why, remedy } = failureOf(error);
      message.error(`Not ${decision === "keep" ? "kept" : "dropped"}: ${why} ${remedy ?? ""}`);
      setReason({ id, text: typed });
    });
    if (advance) open.step(1);
  };
  const reviewing = {
    a: () => decide("keep"),
    x: () => decide("drop"),
    r: () => document.getElementById(REASON)?.focus(),
    Escape: open.close,
  };
  usePageKeys({ j: () => open.step(1), k: () => open.step(-1), ...(open.id ? reviewing : {}) });

  const rule = withThresholds(curation?.attributes.rule ?? "", thresholds);
  const total = rows.total;
  const frame = { title: "Samples", command: commandOf(wanted, scope, rule, open.id) };
  if (filters.error)
    return (
      <Page {...frame} lead={<Link to="/samples">All samples</Link>}>
        <Failure
          error={filters.error}
          what={filters.missing ? "There is no such curation" : undefined}
          retry={filters.missing ? undefined : filters.retry}
        />
      </Page>
    );
  if (!filters.ready) return <Page {...frame}>{<Loading what="Looking for batches" />}</Page>;
  if (filters.nothing && !open.id) return <Page {...frame}>{<NoSamples />}</Page>;
  const list = () => {
    if (rows.error) return <Failure error={rows.error} retry={rows.retry} what="No list" />;
    if (total === null) return <Loading what="Reading samples" />;
    if (!total) return <NothingMatches narrowed={isNarrowed(wanted)} />;
    return (
      <List
        key={rows.key}
        total={total}
        get={rows.get}
        active={open.place}
        onOpen={open.show}
        onRange={rows.ask}
        scorer={spread.scorer || "quality"}
        rule={Object.keys(thresholds).length ? rule : ""}
        sort={wanted.sort}
        onSort={(sort) => set({ sort, scorer: sort.endsWith("score") ? spread.scorer || "quality" : wanted.scorer })}
        narrow={!!open.id}
        linkOf={open.linkOf}
      />
    );
  };
  return (
    <Page
      {...frame}
      actions={
        filters.folded && !open.id && !spread.skipped ? (
          <Button onClick={() => set({ scores: null })}>Show scores</Button>
        ) : null
      }
      lead={total === null ? "…" : `${whole(total)} ${isNarrowed(wanted) ? "match" : "samples"}. Keys: j, k, a keep, x drop.`}
    >
      <FilterBar filters={filters} />
      {scope.pending && <Pending curation={scope.pending} />}
      {!open.id && !spread.skipped && !filters.folded && <Spread filters={filters} spread={spread} />}
      {!open.id && !filters.folded && curation && <Compare key={curation.id} curation={curation} rule={rule} />}
      <div className={`flex flex-1 gap-4 md:min-h-96 ${open.id ? "min-h-[85vh]" : "min-h-112"}`}>
        <div
          className={`relative min-w-0 flex-1 overflow-hidden rounded-lg border border-line bg-card ${open.id ? "max-lg:hidden" : ""}`}
        >
          <div className="absolute inset-0">{list()}</div>
        </div>
        {open.id && (
          <div className="relative min-w-0 flex-1 lg:max-w-2xl">
            <div className="absolute inset-0">
              <Detail
                id={open.id}
                curations={filters.curations}
                place={open.place}
                total={total ?? 0}
                onStep={open.step}
                onClose={open.close}
                review={(sample) => (
                  <Review
                    sample={sample}
                    reason={typed}
                    onReason={(text) => setReason({ id: open.id, text })}
                    onDecide={decide}
                    advance={advance}
                    onAdvance={(on) => {
                      setAdvance(on);
                      set({ stay: !on });
                    }}
                  />
                )}
              />
            </div>
          </div>
        )}
      </div>
    </Page>
  );
}

function NoSamples() {
  return (
    <Empty title="No samples yet">
      Samples are made from documents. Upload some at <Link to="/documents">Documents</Link>, then run{" "}
      <code>studio generate --collection NAME --count 200</code>.
    </Empty>
  );
}

function NothingMatches({ narrowed }: { narrowed: boolean }) {
  return (
    <Empty title={narrowed ? "No sample matches" : "No samples here yet"}>
      {narrowed ? "Widen the filters above, or clear them." : "They appear here as they are made."}
    </Empty>
  );
}
