import { App, Button } from "antd";
import { Link } from "react-router";
import { useDatasetsCardQuery } from "@/shared/api";
import { copyText } from "@/shared/ui/CopyCommand";
import { whole } from "@/shared/ui/numbers";
import { Rows } from "@/shared/ui/Rows";
import { State } from "@/shared/ui/State";
import { Failure, Loading } from "@/shared/ui/states";

/** Sources with their licences, and the whole card as text. */
export function DataCard({ id }: { id: string }) {
  const { message } = App.useApp();
  const { currentData, error, refetch } = useDatasetsCardQuery({ id });
  if (error) return <Failure error={error} retry={() => void refetch()} what="No data card" />;
  if (!currentData) return <Loading what="Writing the card" />;
  const it = currentData.data.attributes;
  const copy = async () => {
    await copyText(it.markdown);
    void message.success("The card is on the clipboard.");
  };
  return (
    <div className="flex flex-col gap-3">
      <p>
        {it.licences.map(({ licence, rows }) => (
          <span key={licence} className={`mr-4 ${licence ? "" : "text-warn"}`}>
            {licence || "no licence stated"}: {whole(rows)} rows
          </span>
        ))}
      </p>
      <p className="text-soft">
        {Object.entries(it.kinds)
          .map(([kind, rows]) => `${kind.replaceAll("_", " ")} ${whole(rows)}`)
          .join(" · ")}
      </p>
      {it.sources.length > 0 && (
        <Rows
          label="Sources"
          rows={it.sources}
          keyOf={(one) => one.document_id}
          columns={[
            { title: "Source", head: true, cell: (one) => <Link to={`/documents/${one.document_id}`}>{one.name}</Link> },
            { title: "Licence", cell: (one) => one.licence || <span className="text-warn">not stated</span> },
            { title: "From", cell: (one) => one.source || "–" },
            { title: "Train", right: true, cell: (one) => whole(one.train_rows) },
            { title: "Held out", right: true, cell: (one) => whole(one.heldout_rows) },
            { title: "Now", cell: (one) => one.withdrawn != null && <State name="withdrawn" /> },
          ]}
        />
      )}
      <details>
        <summary className="cursor-pointer text-soft">The card as Markdown</summary>
        <pre tabIndex={0} className="mt-2 max-h-96 overflow-auto rounded border border-line bg-page p-3 whitespace-pre-wrap">
          {it.markdown}
        </pre>
      </details>
      <p>
        <Button onClick={() => void copy()}>Copy the card</Button>
      </p>
    </div>
  );
}
