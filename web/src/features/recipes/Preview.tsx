import type { PreviewAttributes, PreviewSample } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";

/** Samples that were made to be looked at; nothing is kept. */
export function Preview({ it }: { it: PreviewAttributes }) {
  return (
    <section aria-label="Preview" className="flex flex-col gap-3">
      {it.samples.map((sample, place) => (
        <Sample key={place} sample={sample} />
      ))}
      {it.shortfall.map((one) => (
        <p key={one.reason} className="text-warn">
          {whole(one.count)} not made: {one.reason.replaceAll("_", " ")}
        </p>
      ))}
      <p className="text-xs text-soft">
        {whole(it.tokens_in)} tokens in, {whole(it.tokens_out)} out; nothing of this is kept. {it.detail}
      </p>
    </section>
  );
}

function Sample({ sample }: { sample: PreviewSample }) {
  const { choices = [], messages = [], reasoning, rejected } = sample;
  return (
    <article className="rounded border border-line p-3">
      <p className="text-xs text-soft">
        {sample.kind.replaceAll("_", " ")} · {sample.section_title} · quality {sample.quality.toFixed(2)}
        {sample.repaired && " · repaired"}
      </p>
      {messages.length > 0 ? (
        messages.map((turn, place) => (
          <p key={place} className="whitespace-pre-wrap">
            <b>{turn["role"]}</b> {turn["content"]}
          </p>
        ))
      ) : (
        <>
          <p className="font-medium whitespace-pre-wrap">{sample.question}</p>
          {reasoning && <p className="whitespace-pre-wrap text-soft">{reasoning}</p>}
          <p className="whitespace-pre-wrap">{sample.answer}</p>
        </>
      )}
      {choices.length > 0 && <p className="text-xs text-soft">Choices: {choices.join(" · ")}</p>}
      {rejected && <p className="text-xs text-soft">Rejected: {rejected}</p>}
      <p className="mt-1 border-l-2 border-line pl-2 text-xs text-soft">{sample.quote}</p>
    </article>
  );
}
