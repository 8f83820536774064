import { useCallback, useMemo } from "react";
import { useParams } from "react-router";
import { Action } from "@/shared/ui/Action";
import { Page } from "@/shared/ui/Page";
import { useUrl } from "@/shared/ui/useUrl";
import { Batches } from "./Batches";
import { Detail } from "./Detail";
import { Drop } from "./Drop";
import { Generate } from "./Generate";
import { List } from "./List";
import { listCommand } from "./list";
import { Uploads } from "./Uploads";

export function Component() {
  const { id } = useParams();
  return id ? <Detail key={id} id={id} /> : <Documents />;
}

/** Everything is made from these. */
function Documents() {
  const { get, set } = useUrl();
  const text = get("selected");
  const chosen = useMemo(() => text.split(",").filter(Boolean), [text]);
  const onChosen = useCallback((ids: string[]) => set({ selected: ids.join(",") }), [set]);
  return (
    <Page
      title="Documents"
      lead="What everything is made from. Each sample leads back to its place in one of them."
      command={listCommand(get("status"))}
      actions={
        <Action
          needs="batches:write"
          type={chosen.length ? "primary" : "default"}
          blocked={!chosen.length && "Select documents in the list first."}
          onClick={() => set({ generate: true })}
        >
          Generate samples{chosen.length ? ` from ${chosen.length}` : ""}
        </Action>
      }
    >
      <Drop />
      <Uploads />
      <Batches asked={get("batch")} onClose={() => set({ batch: "" })} />
      <List chosen={chosen} onChosen={onChosen} />
      {get("generate") && chosen.length > 0 && (
        <Generate
          documents={chosen}
          onClose={() => set({ generate: "" })}
          onMade={(batch) => set({ generate: "", selected: "", batch })}
        />
      )}
    </Page>
  );
}
