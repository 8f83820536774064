import { Select } from "antd";
import { Link } from "react-router";
import { useCurationIndexQuery } from "@/shared/api";
import { Action } from "@/shared/ui/Action";
import { Choice } from "@/shared/ui/Choice";
import { Labelled } from "@/shared/ui/Labelled";
import { whole } from "@/shared/ui/numbers";
import { Page } from "@/shared/ui/Page";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { long } from "@/shared/ui/time";
import { useUrl } from "@/shared/ui/useUrl";
import { Agreement } from "./Agreement";
import { Bulk } from "./Bulk";
import { Desk } from "./Desk";
import { ORDERS, orderOf, queueCommand } from "./queue";

/** The queue of a reviewer: one sample after the other beside its source, decided with single keys. */
export function Component() {
  const { get, set } = useUrl();
  const { data, error, refetch } = useCurationIndexQuery({ status: "finished", limit: 500 });
  const curations = data?.data ?? [];
  const curation = get("curation") || (curations[0]?.id ?? "");
  const order = orderOf(get("order"));
  const second = get("second") === "true";
  const rule = curations.find((one) => one.id === curation)?.attributes.rule ?? "";
  return (
    <Page
      title="Review"
      lead="Keys: k keep, d drop, e edit, f flag, u undo, j or n next, p back. What people decide comes before any rule."
      command={queueCommand(curation, order)}
      actions={
        <Action needs="samples:review" blocked={!curation && "There is no curation yet."} onClick={() => set({ bulk: true })}>
          Decide many
        </Action>
      }
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="Looking for curations" />}
      {data && !curation && (
        <Empty title="Nothing to review yet">
          A queue is made from the scores of a curation. Curate a batch from <Link to="/samples">Samples</Link> or with{" "}
          <code>studio curate BATCH</code>.
        </Empty>
      )}
      {data && curation && (
        <>
          <search className="flex flex-wrap items-end gap-3" aria-label="Queue">
            <Labelled id="curation" name="Curation" className="w-88">
              <Select
                id="curation"
                value={curation}
                onChange={(next) => set({ curation: next })}
                popupMatchSelectWidth={false}
                options={curations.map(({ id, attributes: it }) => ({
                  value: id,
                  label: `${whole(it.kept)} of ${whole(it.samples)} kept · ${it.created_at ? long(it.created_at) : ""}`,
                }))}
              />
            </Labelled>
            <Choice label="Order" options={ORDERS} value={order} onChange={(next) => set({ order: next })} />
            <label className="flex items-center gap-2 py-1 text-soft">
              <input type="checkbox" checked={second} onChange={(event) => set({ second: event.target.checked })} />
              only what somebody else decided
            </label>
          </search>
          <Desk key={`${curation}/${order}/${second}`} asked={{ curation, order, second }} rule={rule} />
          <Agreement curation={curation} />
          {get("bulk") && <Bulk curation={curation} onClose={() => set({ bulk: "" })} />}
        </>
      )}
    </Page>
  );
}
