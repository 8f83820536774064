import { Button } from "antd";
import { useState } from "react";
import { useDatasetsRowsQuery } from "@/shared/api";
import { Failure } from "@/shared/ui/states";

export interface Sample {
  passage: string;
  question: string;
  answer: string;
}

const SHOWN = 5;
const READ = 100;

/** Held-out questions of the dataset that the version was trained on: it has not seen them. */
export function Questions({ dataset, onTake }: { dataset: string | undefined; onTake: (sample: Sample) => void }) {
  const [first, setFirst] = useState(0);
  const { data, error, refetch } = useDatasetsRowsQuery(
    { id: dataset ?? "", split: "heldout", limit: READ },
    { skip: !dataset },
  );
  const rows = data?.data ?? [];
  if (!dataset) return <p className="text-soft">This version names no dataset to take questions from.</p>;
  if (error) return <Failure error={error} retry={() => void refetch()} what="No sample questions" />;
  if (!rows.length) return null;
  const shown = rows.slice(first, first + SHOWN);
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h3>Questions that were held out</h3>
        <span className="flex items-center gap-3 text-xs text-soft">
          {first + 1}–{first + shown.length} of {data?.meta?.next_cursor ? `the first ${READ}` : rows.length}
          <Button size="small" onClick={() => setFirst(first + SHOWN < rows.length ? first + SHOWN : 0)}>
            Others
          </Button>
        </span>
      </div>
      <ul className="flex flex-col gap-1">
        {shown.map(({ id, attributes: row }) => (
          <li key={id}>
            <button
              type="button"
              className="flex w-full justify-between gap-4 rounded border border-line px-2.5 py-1 text-left hover:bg-raised"
              onClick={() => onTake({ passage: passageOf(row), question: row.question, answer: row.answer })}
            >
              <span className="min-w-0 truncate">{row.question}</span>
              <span className="max-w-[40%] truncate text-soft">{row.answer}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const passageOf = (row: { prompt_passage?: string; quote?: string }): string => row.prompt_passage || row.quote || "";
