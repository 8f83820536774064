import type { SampleDetail } from "@/shared/api";
import type { Span } from "@/shared/text/codePoints";

const AROUND = 300; // characters of the document shown before and behind the passage

type Places = Pick<SampleDetail, "passage_start" | "passage_end" | "answer_start" | "answer_end">;

/** The part of the document to show. The API cuts what is behind its end. */
export function aroundOf(it: Places): { start: number; end: number } {
  return { start: Math.max(0, (it.passage_start ?? 0) - AROUND), end: (it.passage_end ?? 0) + AROUND };
}

/** Passage and answer as spans of the document, in code points. */
export function marksOf(it: Places): Span[] {
  const spans = [{ name: "passage", start: it.passage_start ?? 0, end: it.passage_end ?? 0 }];
  const [start, end] = [it.answer_start ?? 0, it.answer_end ?? 0];
  return end > start ? [...spans, { name: "answer", start, end }] : spans;
}
