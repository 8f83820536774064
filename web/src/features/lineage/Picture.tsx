import { useEffect, useMemo, useRef, type KeyboardEvent } from "react";
import { useGenerationShowQuery } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { markOf, NAMES, type Graph, type Point } from "./graph";
import { HIGH, moved, related, WIDE, type Layout, type Placed } from "./layout";

interface Props {
  graph: Graph;
  layout: Layout;
  root: string;
  selected: string;
  onSelect: (key: string) => void;
  onOpen: (point: Point) => void;
}

/** The graph: lines drawn, points as buttons. One stop for Tab; arrows move along the lines, Enter opens. */
export function Picture({ graph, layout, root, selected, onSelect, onOpen }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const at = layout.places.has(selected) ? selected : root;
  const close = useMemo(() => related(graph.lines, at), [graph, at]);
  const asked = useRef(false);
  const shown = useRef(false);
  useEffect(() => {
    const place = layout.places.get(at);
    if (box.current && place) reveal(box.current, place, !shown.current);
    shown.current = true;
    if (asked.current) box.current?.querySelector<HTMLElement>("[data-current]")?.focus({ preventScroll: true });
    asked.current = false;
  }, [at, layout]);
  const press = (event: KeyboardEvent) => {
    const next = moved(layout, graph.lines, at, event.key);
    if (next) {
      asked.current = true;
      onSelect(next);
    } else if (event.key === "Enter") {
      const point = graph.points.get(at);
      if (point) onOpen(point);
    } else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
  };
  return (
    <div ref={box} className="max-h-[55vh] overflow-auto" data-testid="graph">
      <div className="relative m-1" style={{ width: layout.width, height: layout.height }}>
        <svg className="absolute inset-0" width={layout.width} height={layout.height} aria-hidden>
          {graph.lines.map((line) => {
            const [from, to] = [layout.places.get(line.from), layout.places.get(line.to)];
            if (!from || !to) return null;
            const near = close.has(line.from) && close.has(line.to);
            return (
              <path
                key={`${line.from} ${line.to}`}
                d={curve(from, to)}
                className={`fill-none ${near ? "stroke-accent" : "stroke-line"}`}
                strokeWidth={near ? 1.5 : 1}
              />
            );
          })}
        </svg>
        <div role="group" aria-label="Lineage, from documents on the left to deployments on the right" onKeyDown={press}>
          {[...layout.places.values()].map((place) => (
            <Box
              key={place.point.key}
              place={place}
              root={place.point.key === root}
              current={place.point.key === at}
              near={close.has(place.point.key)}
              about={aboutOf(graph, place.point)}
              onClick={() => onSelect(place.point.key)}
              onOpen={() => onOpen(place.point)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface BoxProps {
  place: Placed;
  root: boolean;
  current: boolean;
  near: boolean;
  about: string;
  onClick: () => void;
  onOpen: () => void;
}

function Box({ place: { point, x, y }, root, current, near, about, onClick, onOpen }: BoxProps) {
  const look = current
    ? "border-accent bg-raised"
    : near
      ? "border-soft bg-card hover:bg-raised"
      : "border-line bg-card hover:bg-raised";
  return (
    <button
      type="button"
      data-current={current || undefined}
      tabIndex={current ? 0 : -1}
      aria-pressed={current}
      title={`${point.label} (${point.members ? "select to list" : point.id})`}
      onClick={onClick}
      onDoubleClick={onOpen}
      className={`absolute flex flex-col justify-center overflow-hidden rounded-md border px-2 text-left ${look} ${
        point.members || point.kind === "samples" ? "border-dashed" : ""
      } ${root ? "border-2" : ""}`}
      style={{ left: x, top: y, width: WIDE, height: HIGH }}
    >
      <span className="w-full truncate text-[11px] leading-tight text-soft">
        {NAMES[point.kind]} {markOf(point)}
      </span>{" "}
      <span className="w-full truncate text-[13px] leading-tight font-medium">
        {point.kind === "samples" ? <Count batch={point.id} /> : point.label}
      </span>{" "}
      <span className="sr-only">{about}</span>
    </button>
  );
}

/** How many samples a batch has. */
export function Count({ batch }: { batch: string }) {
  const samples = useGenerationShowQuery({ id: batch }).data?.data.attributes.samples;
  return <>{samples === undefined ? "samples" : `${whole(samples)} ${samples === 1 ? "sample" : "samples"}`}</>;
}

/** How it hangs together with others, in words. */
function aboutOf({ lines }: Graph, { key }: Point): string {
  const from = lines.filter((line) => line.to === key).length;
  const to = lines.filter((line) => line.from === key).length;
  return `Made from ${from}, ${to} made of it.`;
}

/** Scroll the box, and nothing around it, so that a place is in its middle: at first, and where it is not in view. */
function reveal(box: HTMLElement, { x, y }: Placed, first: boolean): void {
  if (first || y < box.scrollTop || y + HIGH > box.scrollTop + box.clientHeight)
    box.scrollTop = y + HIGH / 2 - box.clientHeight / 2;
  if (first || x < box.scrollLeft || x + WIDE > box.scrollLeft + box.clientWidth)
    box.scrollLeft = x + WIDE / 2 - box.clientWidth / 2;
}

function curve(from: Placed, to: Placed): string {
  const [x1, y1, x2, y2] = [from.x + WIDE, from.y + HIGH / 2, to.x, to.y + HIGH / 2];
  const bend = Math.max(14, Math.min(60, (x2 - x1) / 2));
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
