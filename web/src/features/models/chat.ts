/** Asking a version: what is sent, and what the stream of its answer says. */
import { failureOf, type Failure } from "@/shared/api/failure";
import { send } from "@/shared/api/request";
import { dataOf, textOf } from "@/shared/live/sse";

export interface Ask {
  system: string;
  passage: string;
  question: string;
  temperature: number;
}

export interface Usage {
  prompt: number;
  completion: number;
}

/** One side of a comparison. Times are milliseconds since it was asked. */
export interface Answer {
  stage: "asking" | "speaking" | "done" | "stopped" | "failed";
  text: string;
  /** Who answered: model@version. */
  by?: string;
  first?: number;
  total?: number;
  usage?: Usage;
  /** `length` where it was cut off. */
  finish?: string;
  failure?: Failure;
}

export const ASKED: Answer = { stage: "asking", text: "" };
export const MOST_TOKENS = 256;

/** The user message as the models trained here know it: the passage, an empty line, the question. */
export function grounded(passage: string, question: string): string {
  const [text, asked] = [passage.trim(), question.trim()];
  return text ? `${text}\n\nquestion: ${asked}` : asked;
}

export function bodyOf(model: string, ask: Ask): object {
  const system = ask.system.trim() ? [{ role: "system", content: ask.system.trim() }] : [];
  return {
    model,
    messages: [...system, { role: "user", content: grounded(ask.passage, ask.question) }],
    temperature: ask.temperature,
    max_tokens: MOST_TOKENS,
    stream: true,
    stream_options: { include_usage: true },
  };
}

interface Chunk {
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
  error?: { code: string; message: string; details?: { remedy?: string } };
}

/** The answer after one more piece of the stream, `at` milliseconds after it was asked. */
export function hear(answer: Answer, data: string, at: number): Answer {
  if (data === "[DONE]") return { ...answer, stage: "done", total: at };
  let chunk: Chunk;
  try {
    chunk = JSON.parse(data) as Chunk;
  } catch {
    return answer;
  }
  if (chunk.error) return failed(answer, { status: 503, ...chunk.error, remedy: chunk.error.details?.remedy }, at);
  const said = chunk.choices?.[0];
  const text = said?.delta?.content ?? "";
  const next: Answer = { ...answer, text: answer.text + text, finish: said?.finish_reason ?? answer.finish };
  if (text) Object.assign(next, { stage: "speaking", first: answer.first ?? at });
  if (chunk.usage) next.usage = { prompt: chunk.usage.prompt_tokens, completion: chunk.usage.completion_tokens };
  return next;
}

export const failed = (answer: Answer, failure: Failure, at: number): Answer => ({
  ...answer,
  stage: "failed",
  failure,
  total: at,
});

/** Ask `model` and tell `change` of every piece; ends when the answer does, or `signal` stops it. */
export async function ask(model: string, what: Ask, signal: AbortSignal, change: (answer: Answer) => void) {
  const began = performance.now();
  const at = () => performance.now() - began;
  let answer = ASKED;
  const tell = (next: Answer) => change((answer = next));
  tell(ASKED);
  try {
    const response = await send("/api/v1/chat/completions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(bodyOf(model, what)),
      signal,
    });
    tell({ ...answer, by: response.headers.get("Studio-Version") ?? undefined });
    for await (const data of dataOf(textOf(response))) tell(hear(answer, data, at()));
    if (answer.stage === "asking" || answer.stage === "speaking") tell({ ...answer, stage: "done", total: at() });
  } catch (error) {
    if (signal.aborted) tell({ ...answer, stage: "stopped", total: at() });
    else tell(failed(answer, failureOf(error), at()));
  }
}

/** Whether an answer says the reference, but for case, spaces and outer punctuation. */
export function agrees(text: string, reference: string): boolean {
  const bare = (one: string) =>
    one
      .toLowerCase()
      .replace(/\s+/g, " ")
      .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
  return bare(text) === bare(reference);
}
