import { expect, test } from "vitest";
import { fieldOf, fieldsOf, partOf, schema, START, yamlOf, type Fields } from "./recipe";

const asked: Fields = {
  ...START,
  name: "support",
  method: "endpoint",
  endpoint: "http://127.0.0.1:1/v1",
  model: "small",
  languages: ["en", "no"],
  personas: ["a new nurse"],
  parts: [
    partOf("llm"),
    {
      ...partOf("conversation"),
      count: 5,
      template: 'Say "{{ passage }}"\nnow',
    },
  ],
};

test("a recipe is written as YAML, with quotes where YAML needs them", () => {
  expect(yamlOf(asked)).toBe(`name: support
method: endpoint
endpoint: "http://127.0.0.1:1/v1"
model: small
languages: [en, "no"]
personas: ["a new nurse"]
kinds:
  llm: 50
  conversation: {count: 5, turns: 3, template: "Say \\"{{ passage }}\\"\\nnow"}
`);
  expect(yamlOf({ ...asked, method: "extractive", parts: [partOf("cloze")] })).toBe(
    "name: support\nmethod: extractive\nkinds:\n  cloze: 50\n",
  );
});

test("a resolved recipe comes back into the form, with what the form does not show", () => {
  const voice = { personas: ["a new nurse"], languages: ["en"] };
  const resolved = {
    name: "support",
    method: "endpoint",
    endpoint: "http://h/v1",
    model: "m",
    temperature: 0.5,
    seed: 7,
    currency: "EUR",
    input_price: 1,
    output_price: 2,
    structure: "json_schema",
    parts: [{ kind: "llm", count: 3, turns: 3, template: "", ...voice }],
  };
  const fields = fieldsOf(resolved);
  expect(fields?.more).toEqual({
    seed: 7,
    currency: "EUR",
    input_price: 1,
    output_price: 2,
  });
  expect(yamlOf(fields as Fields)).toContain(
    "seed: 7\ncurrency: EUR\ninput_price: 1\noutput_price: 2\nkinds:\n  llm: 3",
  );
  const other = {
    kind: "reasoning",
    count: 1,
    personas: [],
    languages: ["de"],
  };
  expect(fieldsOf({ ...resolved, parts: [...resolved.parts, other] })).toBeNull();
});

test("what is missing is said at its field", () => {
  const wrong = schema.safeParse({
    ...asked,
    name: "Support!",
    endpoint: "somewhere",
    parts: [],
  });
  expect(wrong.error?.issues.map((one) => one.path[0])).toEqual(expect.arrayContaining(["name", "parts"]));
  expect(
    schema.safeParse({ ...asked, endpoint: "somewhere", model: "" }).error?.issues.map((one) => one.path[0]),
  ).toEqual(["endpoint", "model"]);
  expect(schema.safeParse(asked).success).toBe(true);
  expect([
    fieldOf("source.kinds.table_sell"),
    fieldOf("recipe.endpoint"),
    fieldOf("documents"),
    fieldOf(undefined),
  ]).toEqual(["parts", "endpoint", null, null]);
});
