import type { CauseResource } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { ago, long } from "@/shared/ui/time";
import { useUrl } from "@/shared/ui/useUrl";
import { causeKey } from "./letters";

/** Why letters are dead, by consumer and code. A cause can be chosen for the list below. */
export function Causes({ causes }: { causes: readonly CauseResource[] }) {
  const { get, set } = useUrl();
  const chosen = `${get("consumer")} ${get("code")}`;
  const columns: Column<CauseResource>[] = [
    {
      title: "Cause",
      head: true,
      cell: (cause) => {
        const pressed = causeKey(cause) === chosen;
        const { consumer, code } = cause.attributes;
        return (
          <button
            type="button"
            aria-pressed={pressed}
            className="p-0 text-left text-accent hover:underline"
            onClick={() => set(pressed ? { consumer: "", code: "" } : { consumer, code })}
          >
            <code>{code}</code> in {consumer}
          </button>
        );
      },
    },
    {
      title: "Last message",
      cell: ({ attributes: cause }) => (
        <span className="line-clamp-2 max-w-xl break-words" title={cause.message}>
          {cause.message}
        </span>
      ),
    },
    {
      title: "Topics",
      cell: ({ attributes: cause }) => (
        <span className="text-xs text-soft">{cause.topics.map((topic) => topic.replace(/^studio\./, "")).join(", ")}</span>
      ),
    },
    {
      title: "Parked",
      right: true,
      cell: ({ attributes: cause }) => (
        <span className={cause.parked ? "font-semibold text-warn" : "text-soft"}>{whole(cause.parked)}</span>
      ),
    },
    { title: "All", right: true, cell: ({ attributes: cause }) => whole(cause.count) },
    { title: "First", right: true, cell: ({ attributes: cause }) => <When at={cause.first_at} /> },
    { title: "Last", right: true, cell: ({ attributes: cause }) => <When at={cause.last_at} /> },
  ];
  return (
    <Card
      title="Causes"
      extra={
        <span className="text-xs text-soft">
          {whole(causes.length)} {causes.length === 1 ? "cause" : "causes"}, most parked first
        </span>
      }
    >
      <div className="max-h-76 overflow-y-auto">
        <Rows
          label="Causes"
          rows={causes}
          columns={columns}
          keyOf={causeKey}
          marked={(cause) => causeKey(cause) === chosen}
        />
      </div>
    </Card>
  );
}

const When = ({ at }: { at: string }) => (
  <time dateTime={at} title={long(at)} className="text-soft">
    {ago(at)}
  </time>
);
