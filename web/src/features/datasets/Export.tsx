import { Button, Segmented, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import type { DatasetAttributes } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Refused } from "@/shared/api/request";
import { size } from "@/shared/ui/numbers";
import { exportPath, fileName, FORMATS, type Format, type Split } from "./datasets";
import { fetchFile } from "./exporting";

type State = { at: "rest" } | { at: "work" | "done"; name: string; bytes: number } | { at: "refused"; why: string };

/** Take the rows along, with how much has come. */
export function Export({ id, dataset }: { id: string; dataset: DatasetAttributes }) {
  const [format, setFormat] = useState<Format>("parquet");
  const [split, setSplit] = useState<Split>("all");
  const [state, setState] = useState<State>({ at: "rest" });
  const stopper = useRef<AbortController>(undefined);
  useEffect(() => () => stopper.current?.abort(), []);
  const begin = async () => {
    const name = fileName(dataset, split, format);
    const control = (stopper.current = new AbortController());
    setState({ at: "work", name, bytes: 0 });
    try {
      const tell = (bytes: number) => setState({ at: "work", name, bytes });
      const bytes = await fetchFile(exportPath(id, split, format), name, tell, control.signal);
      setState({ at: "done", name, bytes });
    } catch (error) {
      const failure = error instanceof Refused ? error.failure : failureOf(error);
      setState(control.signal.aborted ? { at: "rest" } : { at: "refused", why: failure.message });
    }
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Select<Format>
          aria-label="Format"
          className="w-44"
          value={format}
          onChange={setFormat}
          options={(Object.keys(FORMATS) as Format[]).map((value) => ({ value, label: FORMATS[value].name }))}
        />
        <Segmented<Split>
          aria-label="Rows to export"
          value={split}
          onChange={setSplit}
          options={[
            { value: "all", label: "all rows" },
            { value: "train", label: "train" },
            { value: "heldout", label: "held-out" },
          ]}
        />
        {state.at === "work" ? (
          <Button onClick={() => stopper.current?.abort()}>Cancel</Button>
        ) : (
          <Button onClick={() => void begin()}>Download {FORMATS[format].name}</Button>
        )}
      </div>
      <p className="text-soft" role="status">
        {state.at === "work" && `${state.name}: ${size(state.bytes)} so far`}
        {state.at === "done" && `${state.name}: ${size(state.bytes)}, handed to your downloads`}
        {state.at === "rest" && `${fileName(dataset, split, format)}: ${FORMATS[format].hint}`}
      </p>
      {state.at === "refused" && (
        <p role="alert" className="text-bad">
          {state.why}
        </p>
      )}
    </div>
  );
}
