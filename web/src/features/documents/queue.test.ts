import { expect, test } from "vitest";
import { Queue, tally, type Job } from "./queue";

/** A queue of which each file waits for the test to end it. */
function made(atOnce = 2) {
  const jobs: (Job & { end: (document: string) => void; fail: (error: Error) => void })[] = [];
  let keys = 0;
  const queue = new Queue({
    atOnce,
    newKey: () => `k${(keys += 1)}`,
    failure: (error) => ({ status: 422, code: "VALIDATION_ERROR", message: (error as Error).message }),
    transfer: (job) => new Promise((end, fail) => jobs.push({ ...job, end, fail })),
  });
  const stages = () => queue.snapshot().map((upload) => upload.stage);
  return { queue, jobs, stages };
}

const found = (...names: string[]) => names.map((path) => ({ path, file: new File(["0123456789"], path) }));
const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

test("a few go at once, the others wait for their turn", async () => {
  const { queue, jobs, stages } = made();
  queue.add(found("a", "b", "c"), "shelf");
  expect(stages()).toEqual(["sending", "sending", "waiting"]);
  expect(jobs[0]?.collection).toBe("shelf");
  jobs[0]?.end("d1");
  await soon();
  expect(stages()).toEqual(["done", "sending", "sending"]);
  expect(queue.snapshot()[0]?.document).toBe("d1");
});

test("progress is told, and what is all sent is being stored", () => {
  const { queue, jobs, stages } = made();
  queue.add(found("a"));
  jobs[0]?.progress(4);
  expect(queue.snapshot()[0]).toMatchObject({ sent: 4, stage: "sending" });
  jobs[0]?.progress(10);
  expect(stages()).toEqual(["storing"]);
});

test("a cancelled one ends its request, makes room, and does not come back", async () => {
  const { queue, jobs, stages } = made(1);
  queue.add(found("a", "b"));
  queue.cancel("k1");
  expect(jobs[0]?.signal.aborted).toBe(true);
  jobs[0]?.progress(5);
  jobs[0]?.fail(new Error("aborted"));
  await soon();
  expect(stages()).toEqual(["cancelled", "sending"]);
});

test("a failed one says why and can be tried again under the same key", async () => {
  const { queue, jobs, stages } = made();
  queue.add(found("a"));
  jobs[0]?.fail(new Error("too large"));
  await soon();
  expect(queue.snapshot()[0]).toMatchObject({ stage: "failed", failure: { message: "too large" } });
  queue.retry("k1");
  expect(jobs[1]?.key).toBe(jobs[0]?.key);
  jobs[1]?.end("d1");
  await soon();
  expect(stages()).toEqual(["done"]);
  queue.clear();
  expect(queue.snapshot()).toEqual([]);
});

test("the sum leaves out what was cancelled", async () => {
  const { queue, jobs } = made(1);
  queue.add(found("a", "b", "c"));
  jobs[0]?.end("d1");
  await soon();
  queue.cancel("k3");
  expect(tally(queue.snapshot())).toEqual({ all: 2, open: 1, done: 1, failed: 0, sent: 10, size: 20 });
  queue.cancelAll();
  expect(tally(queue.snapshot()).open).toBe(0);
});
