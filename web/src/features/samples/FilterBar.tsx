import { Button, Select } from "antd";
import { useDocumentsIndexQuery } from "@/shared/api";
import { Labelled } from "@/shared/ui/Labelled";
import { figure } from "@/shared/ui/numbers";
import { SearchField } from "@/shared/ui/SearchField";
import { batchName, curationName } from "./names";
import { STATES } from "./scope";
import { isNarrowed, WIDE, type Filters } from "./useFilters";

const KINDS = ["cloze", "definition", "is_a", "normative", "number"]; // of the extractive generator
const STATE_NAMES: Record<(typeof STATES)[number], string> = {
  kept: "kept by the rule",
  dropped: "dropped by the rule",
  unreviewed: "not reviewed yet",
  keep: "a person keeps it",
  drop: "a person drops it",
};

/** Which samples the list has; all of it stands in the URL. */
export function FilterBar({ filters }: { filters: Filters }) {
  const { wanted, scope, set, batches, curations } = filters;
  const documents = useDocumentsIndexQuery({ limit: 500 });
  const choose = (values: Parameters<typeof set>[0]) => set({ row: null, ...values });
  const kinds = wanted.kind && !KINDS.includes(wanted.kind) ? [...KINDS, wanted.kind] : KINDS;
  const source = wanted.curation ? `c:${wanted.curation}` : scope.batchId ? `b:${scope.batchId}` : "b:all";
  const pick = (value: string) => {
    const id = value.slice(2);
    choose(value.startsWith("c:") ? { curation: id, batch: null } : { batch: id, curation: null });
  };
  return (
    <search className="flex flex-wrap items-end gap-3" aria-label="Filters">
      <Labelled id="source" name="Samples of" className="w-88">
        <Select
          id="source"
          value={source}
          onChange={pick}
          showSearch={{ optionFilterProp: "label" }}
          popupMatchSelectWidth={false}
          options={[
            { value: "b:all", label: "every batch" },
            { label: "Batches", options: batches.map((one) => ({ value: `b:${one.id}`, label: batchName(one) })) },
            { label: "Curations", options: curations.map((one) => ({ value: `c:${one.id}`, label: curationName(one) })) },
          ]}
        />
      </Labelled>
      <Labelled id="state" name="State" className="w-44">
        <Select
          id="state"
          value={wanted.state || ""}
          onChange={(state) => choose({ state })}
          options={[
            { value: "", label: "any" },
            ...STATES.map((value) => ({ value, label: STATE_NAMES[value] })),
          ]}
        />
      </Labelled>
      <Labelled id="document" name="Document" className="w-44">
        <Select
          id="document"
          value={wanted.document || ""}
          onChange={(document) => choose({ document })}
          showSearch={{ optionFilterProp: "label" }}
          popupMatchSelectWidth={false}
          options={[
            { value: "", label: "any" },
            ...(documents.data?.data ?? []).map((one) => ({ value: one.id, label: one.attributes.name })),
          ]}
        />
      </Labelled>
      <Labelled id="kind" name="Kind" className="w-32">
        <Select
          id="kind"
          value={wanted.kind || ""}
          onChange={(kind) => choose({ kind })}
          options={[{ value: "", label: "any" }, ...kinds.map((value) => ({ value, label: value.replaceAll("_", " ") }))]}
        />
      </Labelled>
      <Labelled id="text" name="Text" className="min-w-44 flex-1">
        <SearchField
          id="text"
          placeholder="in question or answer ( / )"
          value={wanted.q}
          onChange={(q) => choose({ q })}
        />
      </Labelled>
      {(wanted.min !== undefined || wanted.max !== undefined) && (
        <Button onClick={() => choose({ min: null, max: null })}>
          {rangeName(wanted.scorer, wanted.min, wanted.max)} <span aria-hidden>×</span>
          <span className="sr-only"> remove this filter</span>
        </Button>
      )}
      {isNarrowed(wanted) && (
        <Button type="text" onClick={() => set(WIDE)}>
          Clear
        </Button>
      )}
    </search>
  );
}

export function rangeName(scorer: string, min?: number, max?: number): string {
  const name = scorer.replaceAll("_", " ");
  if (min !== undefined && max !== undefined) return `${figure(min)} ≤ ${name} ≤ ${figure(max)}`;
  return min !== undefined ? `${name} ≥ ${figure(min)}` : `${name} ≤ ${figure(max)}`;
}
