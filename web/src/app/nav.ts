export interface Place {
  path: string;
  name: string;
  /** Pressed after `g`. */
  key: string;
}

export const GROUPS: { name: string; places: Place[] }[] = [
  { name: "Flow", places: [{ path: "/pipeline", name: "Pipeline", key: "p" }] },
  {
    name: "Data",
    places: [
      { path: "/documents", name: "Documents", key: "d" },
      { path: "/recipes", name: "Recipes", key: "c" },
      { path: "/samples", name: "Samples", key: "s" },
      { path: "/review", name: "Review", key: "v" },
      { path: "/datasets", name: "Datasets", key: "t" },
    ],
  },
  {
    name: "Training",
    places: [
      { path: "/runs", name: "Runs", key: "r" },
      { path: "/models", name: "Models", key: "m" },
    ],
  },
  { name: "Serving", places: [{ path: "/deployments", name: "Deployments", key: "y" }] },
  {
    name: "Trust",
    places: [
      { path: "/lineage", name: "Lineage", key: "l" },
      { path: "/events", name: "Events", key: "e" },
      { path: "/dead-letters", name: "Dead letters", key: "x" },
    ],
  },
];

export const PLACES = GROUPS.flatMap((group) => group.places);

/** Where `g` followed by `key` leads; null for nowhere. */
export const placeOf = (key: string): string | null => PLACES.find((place) => place.key === key)?.path ?? null;
