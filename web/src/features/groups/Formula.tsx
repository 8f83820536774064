import { EPSILON, signed, type Group } from "./groups";

/** How the advantages came out of the rewards, with this group's numbers, and whether they are those that were used. */
export function Formula({ group, normalise }: { group: Group; normalise: boolean }) {
  const best = group.completions.reduce(
    (one, other) => (other.reward > one.reward ? other : one),
    group.completions[0]!,
  );
  const [mean, deviation] = [group.mean.toFixed(4), group.deviation.toFixed(4)];
  return (
    <section aria-label="How the advantage is computed" className="rounded-lg border border-line bg-raised px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <span>advantage = {normalise ? "(reward − mean) / (deviation + 0.0001)" : "reward − mean"}</span>
        <span className="tabular-nums text-soft">
          mean <span className="text-ink">{mean}</span>, deviation <span className="text-ink">{deviation}</span> of{" "}
          {group.completions.length} rewards
        </span>
        {group.agrees ? (
          <span className="text-good">✓ the {group.completions.length} stored advantages follow from the rewards</span>
        ) : (
          <span role="alert" className="text-bad">
            ✗ stored advantages differ from what follows from the rewards
          </span>
        )}
      </p>
      {group.dead ? (
        <p className="mt-1 text-warn">
          Dead group: all rewards are equal, so no completion is better than its siblings. It is left out of the update.
        </p>
      ) : (
        <p className="mt-1 tabular-nums text-soft">
          e.g. completion {best.number}: ({best.reward.toFixed(4)} − {mean})
          {normalise && ` / (${deviation} + ${EPSILON})`} = <span className="text-ink">{signed(best.computed)}</span>
        </p>
      )}
    </section>
  );
}
