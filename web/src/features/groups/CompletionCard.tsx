import { signed, type Completion } from "./groups";
import { compared } from "./words";

const WORDS = {
  same: "",
  extra: "rounded bg-bad/15 px-0.5 text-bad underline decoration-dotted",
  missing: "px-0.5 text-soft line-through",
};
const TELL = { same: "", extra: "not in the reference", missing: "missing from the completion" };

/** One completion: its words against the reference, its reward with its parts, its advantage. */
export function CompletionCard({ it, reference, dead }: { it: Completion; reference: string; dead: boolean }) {
  const sign = dead || it.stored === 0 ? "neutral" : it.stored > 0 ? "better" : "worse";
  const colour = { better: "text-good", worse: "text-bad", neutral: "text-soft" }[sign];
  const edge = { better: "border-l-good", worse: "border-l-bad", neutral: "border-l-line" }[sign];
  return (
    <li className={`flex min-w-0 flex-col gap-2 rounded-lg border border-l-4 border-line bg-card p-3 ${edge}`}>
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="text-xs font-medium text-soft">Completion {it.number}</h3>
        <span
          className={`whitespace-nowrap text-sm font-semibold tabular-nums ${colour}`}
          title={`computed ${signed(it.computed)}`}
        >
          {sign === "neutral" ? "no advantage" : `${signed(it.stored)} ${sign}`}
        </span>
      </div>
      <p className="min-h-10 break-words">
        {!it.text.trim() && <span className="text-soft">(empty) </span>}
        {compared(it.text, reference).map((word, index) => (
          <span key={index}>
            <span className={WORDS[word.kind]} title={TELL[word.kind] || undefined}>
              {word.text}
            </span>{" "}
          </span>
        ))}
      </p>
      <dl className="mt-auto flex flex-col gap-1 text-xs">
        <Bar name="reward" value={it.reward} strong />
        {it.parts.map(([name, value]) => (
          <Bar key={name} name={name} value={value} />
        ))}
      </dl>
      <p className="text-xs text-soft">
        {it.tokens} {it.tokens === 1 ? "token" : "tokens"}
        {it.logprob !== null && `, mean log p ${it.logprob.toFixed(2)}`}
        {!it.ended && <span className="text-warn">, cut off at the limit</span>}
      </p>
    </li>
  );
}

function Bar({ name, value, strong = false }: { name: string; value: number; strong?: boolean }) {
  return (
    <div className="grid grid-cols-[5rem_1fr_2.75rem] items-center gap-2">
      <dt className={`truncate ${strong ? "font-semibold" : "text-soft"}`} title={name}>
        {name}
      </dt>
      <dd className="contents">
        <span className="h-1.5 overflow-hidden rounded bg-raised" aria-hidden>
          <span
            className={`block h-full rounded ${strong ? "bg-accent" : "bg-soft opacity-60"}`}
            style={{ width: `${Math.min(1, Math.max(0, value)) * 100}%` }}
          />
        </span>
        <span className={`text-right tabular-nums ${strong ? "font-semibold" : ""}`}>{value.toFixed(3)}</span>
      </dd>
    </div>
  );
}
