/** All pages of a list, in order, outside the query cache: for what is too long for one answer. */
import { send } from "./request";

interface Page<T> {
  data: { id: string; attributes: T }[];
  meta?: { next_cursor?: string | null };
}

export const PAGE = 500;

/** Yields the rows of each page of `path` until there is none left, or `signal` gives up.
 *
 * @throws Refused
 */
export async function* pagesOf<T>(path: string, signal: AbortSignal): AsyncGenerator<T[]> {
  let cursor: string | null | undefined = "";
  do {
    const more: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const answer = await send(`${path}${path.includes("?") ? "&" : "?"}limit=${PAGE}${more}`, { signal });
    const page = (await answer.json()) as Page<T>;
    yield page.data.map((one) => one.attributes);
    cursor = page.meta?.next_cursor;
  } while (cursor && !signal.aborted);
}
