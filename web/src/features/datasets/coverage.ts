/** Which parts of the documents a dataset covers. */
import type { CoveredDocument, CoveredPiece } from "@/shared/api";
import { percent, whole } from "@/shared/ui/numbers";

export const rowsIn = (piece: Pick<CoveredPiece, "train_rows" | "heldout_rows">): number =>
  piece.train_rows + piece.heldout_rows;

/** `12 of 57 sections (21 %)`. */
export function coveredOf(part: number, all: number, noun: string): string {
  return all ? `${whole(part)} of ${whole(all)} ${noun} (${percent(part / all, 0)})` : `no ${noun}`;
}

/** Why a part gave no row, in words. */
export function whyNot(piece: CoveredPiece): string {
  if (rowsIn(piece)) return "";
  const dropped = (piece.dropped ?? []).map((one) => `${whole(one.count)} ${one.reason}`).join(", ");
  return [piece.why?.replaceAll("_", " "), dropped].filter(Boolean).join(": ") || "no sample was made from it";
}

/** Parts that gave nothing, those with dropped samples first: there something can be done. */
export const gaps = (document: Pick<CoveredDocument, "sections">): CoveredPiece[] =>
  document.sections
    .filter((piece) => !rowsIn(piece))
    .sort((one, other) => (other.dropped?.length ?? 0) - (one.dropped?.length ?? 0));
