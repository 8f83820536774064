import { expect, test } from "vitest";
import { bodyOf, columnsIn, columnsOf, fieldOf, importCommand, schema, START } from "./bring";

const file = new File(["{}"], "gsm8k.jsonl");

test("what is left empty is not sent, and the file comes last", () => {
  const body = bodyOf({ ...START, name: " sums ", answer: "solution" }, file);
  expect([...body.keys()]).toEqual(["name", "columns", "heldout_fraction", "seed", "file"]);
  expect([body.get("name"), body.get("columns")]).toEqual(["sums", '{"answer":"solution"}']);
  expect(columnsOf(START)).toEqual({});
});

test("columns are read off the first line of JSON lines", () => {
  expect(columnsIn('{"question": "1+1?", "solution": "2"}\n{"x"')).toEqual(["question", "solution"]);
  expect([columnsIn("PAR1\u0000"), columnsIn("[1]"), columnsIn("")]).toEqual([[], [], []]);
});

test("a refusal finds its field, and bad fields are said before sending", () => {
  expect([fieldOf("columns.answer"), fieldOf("columns"), fieldOf("name"), fieldOf("file")]).toEqual([
    "answer", "prompt", "name", undefined,
  ]); // prettier-ignore
  const found = schema.safeParse({ ...START, name: "Big", reward: "[" });
  expect(found.error?.issues.map((issue) => issue.path[0]).sort()).toEqual(["name", "reward"]);
});

test("the command says only what differs", () => {
  expect(importCommand({}, "")).toBe("studio dataset import FILE --name NAME");
  expect(importCommand({ ...START, name: "sums", answer: "a b", heldout_fraction: 0.2, seed: 3 }, "x.jsonl")).toBe(
    "studio dataset import x.jsonl --name sums --answer 'a b' --heldout 0.2 --seed 3",
  );
});
