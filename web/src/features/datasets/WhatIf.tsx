import { useCurationAskQuery, useCurationShowQuery } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { percent, whole } from "@/shared/ui/numbers";
import { useSettled } from "@/shared/ui/useSettled";

/** How many samples the rule of the form would freeze. */
export function WhatIf({ curation, rule, heldout }: { curation: string; rule: string; heldout: number }) {
  const own = useCurationShowQuery({ id: curation }, { skip: !curation }).currentData?.data.attributes;
  const asked = useSettled(rule.trim() || (own?.rule ?? ""), 250);
  const finished = own?.status === "finished";
  const query = useCurationAskQuery({ id: curation, rule: asked }, { skip: !curation || !asked || !finished });
  const found = query.currentData?.data.attributes;
  if (!curation) return <p className="text-soft">Choose a curation to see how many rows it gives.</p>;
  if (own && !finished) return <p className="text-soft">This curation is {own.status}; the version waits for it.</p>;
  if (query.error) return <p className="text-bad">{failureOf(query.error).message}</p>;
  if (!found) return <p className="text-soft">Counting …</p>;
  return (
    <div role="status" data-testid="rows-of-rule">
      <p className="text-lg font-semibold tabular-nums">
        {whole(found.kept)} of {whole(found.samples)} samples
      </p>
      <p className="text-soft">
        About {percent(heldout, 0)} of the sections of each document are held out. Leaks between the splits are left out
        too, so there may be a few rows less.
      </p>
      {found.unknown_scores.length > 0 && (
        <p className="text-warn">No sample has a score {found.unknown_scores.join(", ")}.</p>
      )}
      <ul className="mt-2 text-soft">
        {found.reasons.map((one) => (
          <li key={one.reason} className="flex justify-between gap-3">
            <span>{one.reason}</span>
            <span className="tabular-nums">{whole(one.count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
