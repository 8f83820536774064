import { describe, expect, test } from "vitest";
import type { LineageAttributes } from "@/shared/api";
import { beginnings } from "./beginnings";
import { capped, FEW, grouped, merged, MOST, withSamples } from "./graph";
import { layoutOf, moved, related } from "./layout";
import { nameOf, placeOf, spoken, wayBack } from "./path";

type Kind = LineageAttributes["nodes"][number]["type"];

/** An answer from lines like `batch/b < document/d`. */
function answer(...lines: [string, string][]): LineageAttributes {
  const place = (key: string) => ({ type: key.slice(0, key.indexOf("/")) as Kind, id: key.slice(key.indexOf("/") + 1) });
  const keys = [...new Set(lines.flat())];
  return {
    direction: "up",
    nodes: keys.map((key) => ({ ...place(key), label: "", depth: 0 })),
    edges: lines.map(([from, to]) => ({ from: place(from), to: place(to), detail: {} })),
  };
}

const flow = answer(
  ["document/d1", "batch/b"],
  ["document/d2", "batch/b"],
  ["batch/b", "curation/c"],
  ["curation/c", "dataset/s"],
  ["dataset/s", "run/r"],
  ["dataset/s", "model_version/qa@0.1.0"],
  ["run/r", "model_version/qa@0.1.0"],
  ["model_version/qa@0.1.0", "deployment/qa"],
);
const ofSample = answer(["batch/b", "sample/x"], ["document/d1", "sample/x"]);
const named = (lines: { from: string; to: string }[]) => lines.map(({ from, to }) => `${from} ${to}`);

describe("the graph", () => {
  test("answers are put together, each thing once; what the run says already is left out", () => {
    const graph = merged([flow, flow, ofSample]);
    expect(graph.points.size).toBe(9);
    expect(named(graph.lines)).not.toContain("dataset/s model_version/qa@0.1.0");
    expect(graph.points.get("model_version/qa@0.1.0")?.label).toBe("qa@0.1.0");
  });

  test("the samples of a batch stand between it and the curation, a chosen one beside them", () => {
    const { points, lines } = withSamples(merged([flow, ofSample]));
    expect(points.has("samples/b")).toBe(true);
    expect(named(lines)).toEqual(expect.arrayContaining(["batch/b samples/b", "samples/b curation/c", "sample/x curation/c"]));
    expect(named(lines)).not.toContain("batch/b curation/c");
  });

  test("of a sample that the curation dropped nothing was made", () => {
    expect(named(withSamples(merged([flow, ofSample]), "c").lines)).not.toContain("sample/x curation/c");
  });

  test("many alike become one, unless opened or looked at", () => {
    const many = answer(...Array.from({ length: FEW + 1 }, (_, n): [string, string] => [`document/d${n}`, "batch/b"]));
    const some = grouped(merged([many]), new Set(), new Set());
    expect([...some.points.keys()]).toEqual(["batch/b", "several:document/d0"]);
    expect(some.points.get("several:document/d0")).toMatchObject({ label: "5 documents" });
    expect(some.lines).toHaveLength(1);
    expect(grouped(merged([many]), new Set(["several:document/d0"]), new Set()).points.size).toBe(FEW + 2);
    expect(grouped(merged([many]), new Set(), new Set(["document/d3"])).points.size).toBe(FEW + 2);
  });

  test("of too many the nearest are drawn, and the others counted", () => {
    const chain = Array.from({ length: MOST + 50 }, (_, n): [string, string] => [`run/${n}`, `run/${n + 1}`]);
    const { points, left } = capped(merged([answer(...chain)]), "run/0");
    expect(points.size).toBe(MOST);
    expect(left).toBe(51);
    expect(points.has("run/0")).toBe(true);
  });
});

describe("the layout", () => {
  const graph = withSamples(merged([flow]));
  const layout = layoutOf(graph);

  test("columns follow the flow", () => {
    expect(layout.columns.map((column) => column[0])).toEqual([
      "document/d1",
      "batch/b",
      "samples/b",
      "curation/c",
      "dataset/s",
      "run/r",
      "model_version/qa@0.1.0",
      "deployment/qa",
    ]);
  });

  test("no two points lie on each other", () => {
    const places = [...layout.places.values()].map(({ x, y }) => `${x},${y}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test("arrows go along the lines and within a column, and nowhere else", () => {
    expect(moved(layout, graph.lines, "batch/b", "ArrowLeft")).toMatch(/^document/);
    expect(moved(layout, graph.lines, "batch/b", "ArrowRight")).toBe("samples/b");
    expect(moved(layout, graph.lines, "document/d1", "ArrowDown")).toBe("document/d2");
    expect(moved(layout, graph.lines, "document/d1", "ArrowUp")).toBeNull();
    expect(moved(layout, graph.lines, "deployment/qa", "ArrowRight")).toBeNull();
    expect(moved(layout, graph.lines, "batch/b", "x")).toBeNull();
  });

  test("what belongs to a thing is all it came from and all it became, not its siblings", () => {
    expect(related(graph.lines, "document/d1").has("deployment/qa")).toBe(true);
    expect(related(graph.lines, "document/d1").has("document/d2")).toBe(false);
  });
});

describe("the way back", () => {
  const graph = withSamples(merged([flow, ofSample]));
  const layout = layoutOf(graph);
  const source = { document_name: "handbook.pdf", page: 4, start: 5, end: 9, byte_start: 1203, byte_end: 1290, text: "UTC" };

  test("leads through every stage to the sample, and to its bytes", () => {
    const way = wayBack(graph, layout, "deployment/qa", "sample/x");
    expect(spoken(way, source)).toBe(
      "deployment qa <- model qa@0.1.0 <- run r <- dataset s <- curation c <- sample x <- 'UTC' bytes 1203-1290 of handbook.pdf page 4",
    );
  });

  test("from a passage it begins at what was made last", () => {
    expect(wayBack(graph, layout, "sample/x", "sample/x").map(nameOf)[0]).toBe("qa");
  });

  test("a file without bytes of text is told by characters", () => {
    expect(placeOf({ ...source, byte_start: null })).toBe("characters 5-9 of handbook.pdf page 4");
  });

  test("a sample that was dropped has a way of its own", () => {
    const without = withSamples(merged([flow, ofSample]), "c");
    expect(wayBack(without, layoutOf(without), "deployment/qa", "sample/x").map((point) => point.key)).toEqual(["sample/x"]);
  });
});

test("beginnings are found by all words of a name; kinds without any are left out", () => {
  const none = { deployments: [], models: [], datasets: [], documents: [], samples: [] };
  const model = {
    id: "qa",
    type: "model",
    attributes: {
      name: "qa",
      versions: [
        { version: "0.1.0", created_at: "" },
        { version: "0.1.1", created_at: "" },
      ],
      aliases: { production: "0.1.1" },
    },
  };
  const [models, ...others] = beginnings("QA 0.1", { ...none, models: [model] });
  expect(others).toEqual([]);
  expect(models?.things.map((thing) => [thing.id, thing.about])).toEqual([
    ["qa@0.1.1", "production"],
    ["qa@0.1.0", ""],
  ]);
  expect(beginnings("other", { ...none, models: [model] })).toEqual([]);
});
