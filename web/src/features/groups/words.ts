/** A completion against its reference, word by word. */

export interface Word {
  text: string;
  /** In both, only in the completion, or only in the reference. */
  kind: "same" | "extra" | "missing";
}

const MOST = 400; // words on a side; longer texts are not compared

const split = (text: string): string[] => text.trim().split(/\s+/).filter(Boolean);
const bare = (word: string): string => word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "") || word;

/** The shortest edit from `reference` to `text` (longest common subsequence). Case and punctuation do not count. */
export function compared(text: string, reference: string): Word[] {
  const [said, wanted] = [split(text), split(reference)];
  if (said.length > MOST || wanted.length > MOST) return said.map((word) => ({ text: word, kind: "same" }));
  const [ours, theirs] = [said.map(bare), wanted.map(bare)];
  const width = theirs.length + 1;
  const longest = new Uint16Array((ours.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = ours.length - 1; i >= 0; i -= 1)
    for (let j = theirs.length - 1; j >= 0; j -= 1)
      longest[i * width + j] = ours[i] === theirs[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: Word[] = [];
  let [i, j] = [0, 0];
  while (i < ours.length || j < theirs.length) {
    if (i < ours.length && j < theirs.length && ours[i] === theirs[j]) {
      found.push({ text: said[i] ?? "", kind: "same" });
      i += 1;
      j += 1;
    } else if (j >= theirs.length || (i < ours.length && at(i + 1, j) >= at(i, j + 1))) {
      found.push({ text: said[i] ?? "", kind: "extra" });
      i += 1;
    } else {
      found.push({ text: wanted[j] ?? "", kind: "missing" });
      j += 1;
    }
  }
  return found;
}

/** `text` in pieces; those that are `part` (any case) are marked. */
export function marked(text: string, part: string): { text: string; hit: boolean }[] {
  const wanted = part.trim();
  if (!wanted) return [{ text, hit: false }];
  const safe = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pieces = text.split(new RegExp(`(${safe})`, "giu"));
  return pieces.map((piece, index) => ({ text: piece, hit: index % 2 === 1 })).filter((piece) => piece.text);
}
