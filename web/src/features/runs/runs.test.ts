import { expect, test } from "vitest";
import { differences, idsOf, toggled } from "./compare";
import { faultOf, fieldOf, newRun, schema } from "./newRun";
import { leaves, listCommand, matching, originOf, secondsOf, trainCommand, type Run } from "./runs";
import { viewOf } from "./view";

const run = (id: string, attributes: Partial<Run["attributes"]> = {}): Run => ({
  id,
  type: "run",
  attributes: { dataset_id: "d", status: "completed", model_name: "answers", ...attributes },
});

test("a run lasts from its claim to its end, or to now", () => {
  const attributes = run("a", { claimed_at: "2026-01-01T00:00:00Z" }).attributes;
  expect(secondsOf(attributes, Date.UTC(2026, 0, 1, 0, 1))).toBe(60);
  expect(secondsOf({ ...attributes, ended_at: "2026-01-01T00:00:30Z" }, 0)).toBe(30);
  expect(secondsOf(run("a").attributes, 0)).toBeNull();
});

test("the search looks into name, id, dataset and trainer", () => {
  const runs = [run("abc", { trainer: "trainer-7" }), run("def", { model_name: "other" })];
  const named = () => "ships 1.0.0";
  expect(matching(runs, "TRAINER-7", named)).toHaveLength(1);
  expect(matching(runs, "ships", named)).toHaveLength(2);
  expect(matching(runs, "nothing", named)).toHaveLength(0);
  expect(matching(runs, " ", named)).toHaveLength(2);
});

test("settings that differ come first; a setting that is not there is the default", () => {
  const found = differences(
    [run("a", { config: { grpo: { steps: 100 }, seed: 1 } }), run("b", { config: { seed: 1 } })],
    () => "ships",
  );
  expect(found[0]).toEqual({ name: "grpo.steps", values: ["100", ""], differs: true });
  expect(found.find((one) => one.name === "seed")?.differs).toBe(false);
  expect(idsOf("a,,b,a")).toEqual(["a", "b"]);
  expect([toggled("a,b", "a"), toggled("a", "b"), toggled("", "b")]).toEqual(["b", "a,b", "b"]);
});

test("the command asks for the same run", () => {
  const fields = { dataset_id: "d1", model_name: "my bot", base_model: "small", config: '{"grpo":{"steps":5}}' };
  expect(trainCommand(fields)).toBe("studio train d1 --model 'my bot' --set grpo.steps=5");
  expect(trainCommand({ ...fields, base_model: "org/m", config: "{" })).toBe(
    "studio train d1 --model 'my bot' --base org/m",
  );
  expect(trainCommand({ ...fields, config: "", device: "cpu", memory: "2", labels: "a=b, c=d" })).toBe(
    "studio train d1 --model 'my bot' --device cpu --memory 2 --label a=b --label c=d",
  );
  expect(listCommand("lost", "a=b c", "r1")).toBe("studio runs list --status lost --label 'a=b c' --forks-of r1");
  expect(listCommand("")).toBe("studio runs list");
  expect(originOf({ base_model: "small", parent_run: "abcdef0123", parent_step: 4 })).toBe(
    "fork of abcdef01 after step 4",
  );
  expect([originOf({ base_model: "small" }), originOf({})]).toEqual(["from small", "a loop outside"]);
  expect(leaves({ a: { b: [1], c: "x" } })).toEqual([
    ["a.b", "[1]"],
    ["a.c", "x"],
  ]);
});

test("the form takes a JSON object only, and knows whose fault a refusal is", () => {
  expect(faultOf("")).toBe("");
  expect(faultOf("[1]")).toContain("object");
  expect(faultOf("{")).toContain("not JSON");
  const rest = { device: "cuda", memory: "1.5", labels: "owner=ann, try=a=b" } as const;
  const fields = { dataset_id: "d", base_model: "small", model_name: "bot", config: "{}", ...rest };
  expect(schema.safeParse(fields).success).toBe(true);
  expect(schema.safeParse({ ...fields, config: "{" }).success).toBe(false);
  expect(schema.safeParse({ ...fields, model_name: "a/b" }).success).toBe(false);
  expect(schema.safeParse({ ...fields, memory: "much" }).success).toBe(false);
  expect(schema.safeParse({ ...fields, labels: "ann" }).success).toBe(false);
  expect(newRun({ ...fields, config: ' {"seed": 3}' }).config).toEqual({ seed: 3 });
  expect(newRun(fields)).toMatchObject({
    needs: { device: "cuda", memory: 1.5 * 2 ** 30 },
    labels: { owner: "ann", try: "a=b" },
  });
  expect(newRun({ ...fields, device: "any", memory: "", labels: "" })).toMatchObject({
    needs: { memory: 0 },
    labels: {},
  });
  expect(["needs.device", "needs.memory", "labels.x"].map(fieldOf)).toEqual(["device", "memory", "labels"]);
  expect([fieldOf("config.grpo.steps"), fieldOf("grpo.steps"), fieldOf("model_name"), fieldOf("other"), fieldOf(undefined)]).toEqual([
    "config", "config", "model_name", undefined, undefined,
  ]); // prettier-ignore
});

test("the view is in the URL, and what makes no sense there is left out", () => {
  const of = (values: Record<string, string>) => viewOf((name) => values[name] ?? "");
  expect(of({})).toEqual({ axis: "step", phase: "all", smooth: 0 });
  expect(of({ x: "time", phase: "grpo", smooth: "0.6" })).toEqual({ axis: "time", phase: "grpo", smooth: 0.6 });
  expect(of({ x: "z", phase: "z", smooth: "7" })).toEqual({ axis: "step", phase: "all", smooth: 0.99 });
});
