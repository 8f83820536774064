import { figure } from "@/shared/ui/numbers";

export interface Line {
  name: string;
  /** (x, y), x rising; a null y is a gap. */
  points: readonly (readonly [number, number | null])[];
}

export const PALETTE = {
  light: ["#2f54eb", "#b4530a", "#18794e", "#8e3bb5", "#c4281c", "#0b7285", "#6b5b00", "#5b5f97"],
  dark: ["#93adff", "#f0a35e", "#4cc38a", "#cf9bf0", "#ff8b86", "#5cc8dc", "#d9c64f", "#a9aee8"],
};

export interface Ink {
  text: string;
  soft: string;
  line: string;
  card: string;
  palette: readonly string[];
}

/** What a chart says, for those who do not see it. */
export function spoken(title: string, lines: readonly Line[]): string {
  const parts = lines.map((line) => {
    const known = line.points.filter(([, y]) => y != null);
    const first = known[0];
    const last = known.at(-1);
    if (!first || !last) return `${line.name}: no values yet`;
    return `${line.name}: ${known.length} values, from ${figure(first[1])} at ${first[0]} to ${figure(last[1])} at ${last[0]}`;
  });
  return `${title}. ${parts.join(". ") || "No values yet"}.`;
}
