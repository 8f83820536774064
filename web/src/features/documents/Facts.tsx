import type { ReactNode } from "react";
import type { DocumentAttributes } from "@/shared/api";
import { size, whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { State } from "@/shared/ui/State";
import { Time } from "@/shared/ui/Time";
import { kindOf } from "./list";

/** What is known about a document. */
export function Facts({ id, document }: { id: string; document: DocumentAttributes }) {
  const rows: [string, ReactNode][] = [
    ["State", <State key="s" name={document.status} />],
    ["Kind", kindOf(document)],
    ["Size", <span key="b" title={`${whole(document.size)} bytes`}>{size(document.size)}</span>],
    ["Pages", document.pages ? whole(document.pages) : null],
    ["Sections", document.sections == null ? null : whole(document.sections)],
    ["Chunks", document.chunks == null ? null : whole(document.chunks)],
    ["Collection", document.collection],
    ["Licence", document.licence],
    ["From", document.source],
    ["Encoding", document.encoding],
    ["Bad pages", document.bad_pages ? whole(document.bad_pages) : null],
    ["Added", <Time key="a" at={document.created_at} />],
    ["Added by", document.uploaded_by],
    ["Extractor", document.extractor && `${document.extractor} ${document.extractor_version ?? ""} ${document.reader ?? ""}`],
    ["Id", <Short key="i" text={id} />],
    ["File SHA-256", <Short key="h" text={document.sha256} />],
    ["Text SHA-256", document.text_sha256 && <Short key="t" text={document.text_sha256} />],
  ];
  return (
    <Card title="About it">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 [&_time]:whitespace-normal">
        {rows.map(([name, value]) =>
          value ? (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </Card>
  );
}

const Short = ({ text }: { text: string }) => (
  <code title={text} className="break-all">
    {text.slice(0, 12)}
  </code>
);
