import { App, Button } from "antd";
import { Link, useNavigate } from "react-router";
import { useDocumentsShowQuery } from "@/shared/api";
import { failureOf, isGone } from "@/shared/api/failure";
import { download } from "@/shared/api/request";
import { Action } from "@/shared/ui/Action";
import { shell } from "@/shared/ui/CopyCommand";
import { Page } from "@/shared/ui/Page";
import { Empty, Loading } from "@/shared/ui/states";
import { Time } from "@/shared/ui/Time";
import { Unread } from "@/shared/ui/Unread";
import { useUrl } from "@/shared/ui/useUrl";
import { Facts } from "./Facts";
import { kindOf, partsOf } from "./list";
import { Made } from "./Made";
import { Rebuild } from "./Rebuild";
import { Structure } from "./Structure";
import { Text } from "./Text";
import { Withdraw } from "./Withdraw";

/** One document: its text, what is known about it, what was made from it. */
export function Detail({ id }: { id: string }) {
  const { get, set } = useUrl();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const save = (name: string) =>
    download(`/api/v1/documents/${encodeURIComponent(id)}/original`, name).catch((reason: unknown) =>
      message.error(failureOf(reason).message),
    );
  const { data, error, refetch } = useDocumentsShowQuery({ id });
  const back = <Link to="/documents">All documents</Link>;
  if (!data || (error && isGone(failureOf(error))))
    return <Unread title="Document" back={back} error={error} retry={() => void refetch()} />;
  const document = data.data.attributes;
  const gone = document.status === "withdrawn";
  return (
    <Page
      title={document.name}
      lead={
        <>
          {back} · {[kindOf(document), partsOf(document)].filter(Boolean).join(" · ")}
        </>
      }
      command={`studio docs show ${shell(id)}`}
      actions={
        <>
          <Action
            needs="batches:write"
            blocked={document.status !== "extracted" && `It is ${document.status}: there is no text to use.`}
            type="primary"
            onClick={() => void navigate(`/documents?selected=${id}&generate=true`)}
          >
            Generate samples
          </Action>
          <Button onClick={() => void save(document.name)}>Download the original</Button>
          <Action
            needs="documents:write"
            danger
            blocked={gone && "It is withdrawn already."}
            onClick={() => set({ withdraw: true })}
          >
            Withdraw
          </Action>
        </>
      }
    >
      {document.error && (
        <div role="alert" className="rounded-lg border border-bad/50 bg-card p-4">
          <h2 className="text-bad">It could not be read</h2>
          <p className="mt-1 break-words">{document.error.reason}</p>
          <p className="text-soft">{document.error.remedy}</p>
          <code className="text-soft">{document.error.code}</code>
        </div>
      )}
      {gone && (
        <div role="status" className="rounded-lg border border-warn/50 bg-card p-4">
          Withdrawn <Time at={document.updated_at} /> by {document.withdrawn_by}: {document.withdrawn_reason}
        </div>
      )}
      {gone && <Rebuild id={id} />}
      {document.status === "extracted" && <Structure id={id} document={document} />}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        {document.characters ? (
          <Text id={id} document={document} />
        ) : document.status === "registered" ? (
          <Loading what="The text is being read" />
        ) : (
          <Empty title="There is no text">
            {document.status === "failed" ? "Mend the file and upload it again." : "It was never read."}
          </Empty>
        )}
        <div className="flex min-w-0 flex-col gap-4">
          <Facts id={id} document={document} />
          <Made id={id} />
        </div>
      </div>
      {get("withdraw") && !gone && (
        <Withdraw
          id={id}
          name={document.name}
          revision={document.revision}
          samples={document.samples ?? 0}
          onClose={() => set({ withdraw: "" })}
        />
      )}
    </Page>
  );
}
