import type { CurationResource } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { State } from "@/shared/ui/State";

/** A curation that is not finished: what is shown meanwhile, and how far it is. */
export function Pending({ curation: { attributes: it } }: { curation: CurationResource }) {
  return (
    <p role="status" className="rounded-lg border border-line bg-card px-4 py-3">
      <State name={it.status} />{" "}
      {it.status === "failed" ? (
        <span className="text-bad">
          This curation failed: {it.error?.reason ?? it.error?.code ?? "no reason was given"}. {it.error?.remedy}
        </span>
      ) : (
        <>
          This curation is at work ({whole(it.scores ?? 0)} scores measured). Its samples are shown as they were; the
          result appears here by itself.
        </>
      )}
    </p>
  );
}
