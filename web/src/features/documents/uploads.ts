import { useEffect, useSyncExternalStore } from "react";
import { useDispatch } from "react-redux";
import { api } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { newKey } from "@/shared/ui/newKey";
import { isOver, Queue, type Upload } from "./queue";
import { transfer } from "./transfer";

/** The tab's uploads. They go on while the person looks at other pages of the studio. */
export const uploads = new Queue({ transfer, failure: failureOf, newKey });

// Closing the tab would end them: the browser asks first.
const warn = (event: BeforeUnloadEvent) => event.preventDefault();
let warning = false;
uploads.subscribe(() => {
  const busy = uploads.snapshot().some((upload) => !isOver(upload));
  if (busy === warning) return;
  warning = busy;
  if (busy) window.addEventListener("beforeunload", warn);
  else window.removeEventListener("beforeunload", warn);
});

/** What is on its way. The lists of documents are read again when one has arrived. */
export function useUploads(): readonly Upload[] {
  const all = useSyncExternalStore(uploads.subscribe, uploads.snapshot);
  const dispatch = useDispatch();
  const done = all.filter((upload) => upload.stage === "done").length;
  useEffect(() => {
    if (done) dispatch(api.util.invalidateTags(["documents", "pipeline"]));
  }, [done, dispatch]);
  return all;
}
