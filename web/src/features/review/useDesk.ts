import { useEffect, useState } from "react";
import { useReviewsCreateMutation, useReviewsQueueQuery, useReviewsUndoMutation, type NewReview } from "@/shared/api";
import { newKey } from "@/shared/ui/newKey";
import { decide, EMPTY, FEW, left, read, takeBack, type Order } from "./queue";

const READ = 50;

export interface Asked {
  curation: string;
  order: Order;
  second: boolean;
}

/** A queue that is worked through: decisions hold at once here, and are taken back where the studio refuses. */
export function useDesk({ curation, order, second }: Asked) {
  const [desk, setDesk] = useState(EMPTY);
  const [seen, setSeen] = useState<unknown>(null);
  const query = useReviewsQueueQuery({ id: curation, order, second, limit: READ }, { skip: !curation });
  const [create] = useReviewsCreateMutation();
  const [undo] = useReviewsUndoMutation();
  if (query.currentData && query.currentData !== seen) {
    setSeen(query.currentData);
    setDesk(read(desk, query.currentData.data));
  }
  const rest = left(desk);
  const total = query.currentData?.meta?.total ?? null;
  const answered = new Set(query.currentData?.data.map((one) => one.id));
  const since = desk.done.filter((id) => answered.has(id)).length;
  const remaining = total === null ? null : Math.max(rest.length, total - since);
  const short = rest.length < FEW && (remaining ?? 0) > rest.length && !query.isFetching;
  const { refetch } = query;
  useEffect(() => {
    if (short) void refetch();
  }, [short, refetch]);

  /** Sends it; throws what the studio says against it. */
  const send = async (review: NewReview) => {
    const id = review.sample_id;
    if (review.decision !== "edit") setDesk((now) => decide(now, id)); // the text of an edit may be refused
    try {
      await create({ "idempotency-key": newKey(), newReview: review }).unwrap();
      setDesk((now) => decide(now, id));
    } catch (error) {
      setDesk((now) => takeBack(now, id));
      throw error;
    }
  };
  /** Takes the last act back, whenever it was; gives the sample that it was about, if it is known here. */
  const back = async (): Promise<string> => {
    const last = desk.done.at(-1) ?? "";
    await undo({ "idempotency-key": newKey(), undo: { curation_id: curation, steps: 1 } }).unwrap();
    if (last) setDesk((now) => takeBack(now, last));
    return last;
  };
  return { desk, rest, remaining, query, send, back };
}
