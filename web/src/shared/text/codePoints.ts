/** Offsets of documents count code points of Unicode; strings here count UTF-16 units. One becomes the other. */

/** A named span, from `start` up to `end`, in code points of the whole document. */
export interface Span {
  name: string;
  start: number;
  end: number;
}

/** A part of a text, and the names of the spans that it lies in. */
export interface Piece {
  text: string;
  start: number;
  names: string[];
}

/** How many code points a text has. */
export const length = (text: string): number => {
  let points = 0;
  for (const _ of text) points += 1;
  return points;
};

/** `text` from code point `start` up to `end`. */
export const slice = (text: string, start: number, end?: number): string => Array.from(text).slice(start, end).join("");

/** Cut `text`, which begins at code point `offset` of its document, wherever a span begins or ends. */
export function pieces(text: string, offset: number, spans: readonly Span[]): Piece[] {
  const points = Array.from(text);
  const last = offset + points.length;
  const within = (at: number) => Math.min(Math.max(at, offset), last);
  const edges = new Set([offset, last]);
  for (const span of spans) {
    edges.add(within(span.start));
    edges.add(within(span.end));
  }
  const cuts = [...edges].sort((one, other) => one - other);
  return cuts.slice(0, -1).map((start, index) => {
    const end = cuts[index + 1] ?? last;
    const names = spans.filter((span) => span.start <= start && end <= span.end).map((span) => span.name);
    return { text: points.slice(start - offset, end - offset).join(""), start, names };
  });
}
