import { useEffect, useRef, useState } from "react";
import { useSamplesIndexQuery, type SampleResource, type SamplesIndexApiArg } from "@/shared/api";
import { isNear, JUMP_WAIT, PAGE, pagesFor } from "./windows";

/** The rows of a list of any length: only the pages around the view are held, and those passed by are not asked for. */
export function useRows(args: SamplesIndexApiArg, skip: boolean) {
  const key = JSON.stringify(args);
  const [asked, setAsked] = useState<{ key: string; pages: readonly [number, number] }>({ key, pages: [0, 1] });
  const [known, setKnown] = useState<{ key: string; total: number | null }>({ key, total: null });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const [one, other] = asked.key === key ? asked.pages : ([0, 1] as const);
  const before = known.key === key ? known.total : null;
  const query = (page: number) => ({ ...args, offset: page * PAGE, limit: PAGE });
  const left = useSamplesIndexQuery(query(one), { skip });
  const right = useSamplesIndexQuery(query(other), { skip: skip || before === null || other * PAGE >= before });
  const total = left.currentData?.meta?.total ?? right.currentData?.meta?.total ?? before;
  if (total !== before) setKnown({ key, total });

  const get = (index: number): SampleResource | undefined => {
    const page = Math.floor(index / PAGE);
    const data = page === one ? left.currentData : page === other ? right.currentData : undefined;
    return data?.data[index - page * PAGE];
  };
  const ask = (first: number, last: number) => {
    clearTimeout(timer.current);
    const pages = pagesFor(first, last);
    if (pages[0] === one) return;
    const set = () => setAsked({ key, pages });
    if (isNear([one, other], pages)) set();
    else timer.current = setTimeout(set, JUMP_WAIT);
  };
  /** Where a sample stands among the rows that are held; -1 where it is not. */
  const indexOf = (id: string): number => {
    for (const [page, data] of [[one, left.currentData] as const, [other, right.currentData] as const]) {
      const at = data?.data.findIndex((row) => row.id === id) ?? -1;
      if (at >= 0) return page * PAGE + at;
    }
    return -1;
  };
  const failed = left.isError ? left : right.isError ? right : null;
  const error = failed && !failed.isFetching ? failed.error : null;
  const retry = () => void failed?.refetch();
  return { key, total, get, ask, indexOf, error, retry, fetching: left.isFetching || right.isFetching };
}
