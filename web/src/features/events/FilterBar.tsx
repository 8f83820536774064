import { Button, Select } from "antd";
import { Labelled } from "@/shared/ui/Labelled";
import { SearchField } from "@/shared/ui/SearchField";
import type { Filters } from "./events";
import { TOPICS, typesOf } from "./topics";

interface Props {
  filters: Filters;
  set: (values: Record<string, string | null>) => void;
}

/** What is shown of the log; all of it stands in the URL. */
export function FilterBar({ filters, set }: Props) {
  const types = typesOf(filters.topic);
  const one = (value: string) => ({ value, label: value });
  return (
    <search className="flex flex-wrap items-end gap-3" aria-label="Filters">
      <Labelled id="topic" name="Topic" className="w-56">
        <Select
          id="topic"
          value={filters.topic}
          onChange={(topic) => set({ topic, type: typesOf(topic).includes(filters.type) ? filters.type : null })}
          options={[{ value: "", label: "all but calls and figures" }, ...Object.keys(TOPICS).map(one)]}
        />
      </Labelled>
      <Labelled id="type" name="Type" className="w-48">
        <Select
          id="type"
          value={filters.type}
          onChange={(type) => set({ type })}
          showSearch
          options={[{ value: "", label: "any" }, ...types.map(one)]}
        />
      </Labelled>
      <Labelled id="subject" name="Subject, and what is below it" className="w-72">
        <SearchField
          id="subject"
          placeholder="an id, or id/part"
          value={filters.subject}
          onChange={(subject) => set({ subject: subject.trim() })}
        />
      </Labelled>
      <Labelled id="text" name="Text in the rows that are held" className="min-w-44 flex-1">
        <SearchField id="text" placeholder="any word" value={filters.text} onChange={(q) => set({ q })} />
      </Labelled>
      {filters.correlation && (
        <Button onClick={() => set({ correlation: null })}>
          correlation {filters.correlation.slice(0, 8)} <span aria-hidden>×</span>
          <span className="sr-only"> remove this filter</span>
        </Button>
      )}
      {Object.values(filters).some(Boolean) && (
        <Button type="text" onClick={() => set({ topic: null, type: null, subject: null, q: null, correlation: null })}>
          Clear
        </Button>
      )}
    </search>
  );
}
