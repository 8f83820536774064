import { Button, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useSamplesIndexQuery } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { pathTo } from "@/shared/ui/places";
import { Failure, Loading } from "@/shared/ui/states";
import { useSettled } from "@/shared/ui/useSettled";

const SHOWN = 50;

/** The samples behind one point of the graph; one of them can be drawn. */
export function SampleList({ batch, onChoose }: { batch: string; onChoose: (id: string) => void }) {
  const [text, setText] = useState("");
  const [pages, setPages] = useState(1);
  const q = useSettled(text.trim(), 250);
  const { data, error, refetch } = useSamplesIndexQuery({ batchId: batch, q, limit: Math.min(500, SHOWN * pages) });
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const total = data.meta?.total ?? data.data.length;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Input
        aria-label="Find a sample"
        placeholder="Words of the question or answer"
        allowClear
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ul className="flex max-h-72 flex-col divide-y divide-line overflow-y-auto" aria-label="Samples" tabIndex={0}>
        {data.data.map(({ id, attributes: sample }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => onChoose(id)}
              className="flex w-full flex-col px-1 py-1.5 text-left hover:bg-raised"
            >
              <span className="w-full truncate">{sample.question}</span>
              <span className="w-full truncate text-xs text-soft">{sample.answer}</span>
            </button>
          </li>
        ))}
      </ul>
      {!data.data.length && <p className="text-soft">No sample says this.</p>}
      <p className="flex flex-wrap items-center gap-2 text-xs text-soft">
        {whole(data.data.length)} of {whole(total)}.
        {data.data.length < total && data.data.length < 500 && (
          <Button size="small" onClick={() => setPages(pages + 1)}>
            Read more
          </Button>
        )}
        <Link to={pathTo("batch", batch)}>All on the page of samples</Link>
      </p>
    </div>
  );
}
