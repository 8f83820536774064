import { Select } from "antd";
import { agrees, type Answer } from "./chat";

interface Props {
  label: string;
  version: string;
  versions: readonly string[];
  onVersion: (version: string) => void;
  answer: Answer | undefined;
  reference: string;
}

/** What one version says, how fast, and whether it is the reference answer. */
export function AnswerCard({ label, version, versions, onVersion, answer, reference }: Props) {
  return (
    <section
      aria-label={label}
      className="flex min-h-40 min-w-0 flex-col gap-2 rounded-lg border border-line bg-page p-3"
    >
      <div className="flex items-center justify-between gap-2">
        <Select
          aria-label={label}
          className="w-32"
          value={version}
          onChange={onVersion}
          options={versions.map((one) => ({ value: one, label: one }))}
        />
        <Told answer={answer} />
      </div>
      <div aria-live="polite" className="flex-1 break-words whitespace-pre-wrap">
        {!answer && <span className="text-soft">Nothing asked yet.</span>}
        {answer?.stage === "asking" && <span className="text-soft">Asking …</span>}
        {answer && <span className="text-base">{answer.text}</span>}
        {answer && !answer.text && answer.stage === "done" && <span className="text-soft">(an empty answer)</span>}
      </div>
      {answer?.failure && (
        <p role="alert" className="text-bad">
          {answer.failure.message} <span className="text-soft">{answer.failure.remedy}</span>
        </p>
      )}
      {reference && answer?.stage === "done" && (
        <p className={agrees(answer.text, reference) ? "text-good" : "text-warn"}>
          {agrees(answer.text, reference) ? "✓ the reference answer" : `✗ the reference is: ${reference}`}
        </p>
      )}
    </section>
  );
}

function Told({ answer }: { answer: Answer | undefined }) {
  if (!answer) return null;
  const parts = [
    answer.first !== undefined && `first word ${Math.round(answer.first)} ms`,
    answer.total !== undefined && `all ${Math.round(answer.total)} ms`,
    answer.usage && `${answer.usage.prompt} + ${answer.usage.completion} tokens`,
    answer.stage === "stopped" && "stopped",
    answer.finish === "length" && "cut off at the limit",
  ].filter(Boolean);
  return (
    <span className="text-right text-xs text-soft tabular-nums" title={answer.by}>
      {parts.join(", ")}
    </span>
  );
}
