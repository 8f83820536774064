import { Link, useParams } from "react-router";
import { Page } from "@/shared/ui/Page";
import { Empty } from "@/shared/ui/states";
import { NAMES } from "./graph";
import { Show } from "./Show";
import { Start } from "./Start";
import type { Kind } from "@/shared/ui/places";

const isKind = (text: string): text is Kind => text in NAMES && text !== "samples";

export function Component() {
  const { kind = "", "*": id = "" } = useParams();
  if (!kind) return <Start />;
  if (isKind(kind) && id) return <Show key={`${kind}/${id}`} kind={kind} id={id} />;
  return (
    <Page title="Lineage">
      <Empty title="There is no such kind of thing" action={<Link to="/lineage">Begin somewhere else</Link>}>
        The address says “{kind}”; the kinds are {Object.keys(NAMES).filter(isKind).join(", ")}.
      </Empty>
    </Page>
  );
}
