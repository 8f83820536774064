import { useDocumentsTextQuery } from "@/shared/api";
import { joined, PAGE, pagesOf } from "./rows";

const points = new Map<string, string[]>();

/** The code points of a page, cut once. */
function cut(name: string, text: string): string[] {
  const known = points.get(name);
  if (known) return known;
  if (points.size > 8) points.clear();
  const found = Array.from(text);
  points.set(name, found);
  return found;
}

/** The text from code point `start` up to `end` (at most one page long); undefined while it is read. */
export function useText(id: string, start: number, end: number): { text?: string; error?: unknown } {
  const [first = 0, second] = pagesOf(start, end);
  const one = useDocumentsTextQuery({ id, start: first * PAGE, end: (first + 1) * PAGE });
  const other = useDocumentsTextQuery(
    { id, start: (second ?? 0) * PAGE, end: ((second ?? 0) + 1) * PAGE },
    { skip: second === undefined },
  );
  const error = one.error ?? other.error;
  if (!one.data || (second !== undefined && !other.data)) return { error };
  const names = [first, second];
  const pages = [one, other].flatMap(({ data }, index) => {
    const page = data?.data.attributes;
    const name = names[index];
    return page && name !== undefined ? [{ start: page.start, points: cut(`${id}/${name}`, page.text) }] : [];
  });
  return { text: joined(pages, start, end) };
}
