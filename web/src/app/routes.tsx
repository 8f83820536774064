import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { Failed } from "./Failed";
import { Shell } from "./Shell";

/** Each page is a chunk of its own; its module exports `Component`. */
const pages: RouteObject[] = [
  { index: true, element: <Navigate to="/pipeline" replace /> },
  { path: "pipeline", lazy: () => import("@/features/pipeline") },
  { path: "documents/:id?", lazy: () => import("@/features/documents") },
  { path: "recipes/:name?", lazy: () => import("@/features/recipes") },
  { path: "samples/:id?", lazy: () => import("@/features/samples") },
  { path: "review/:id?", lazy: () => import("@/features/review") },
  { path: "datasets/:id?", lazy: () => import("@/features/datasets") },
  { path: "runs/:id?", lazy: () => import("@/features/runs") },
  { path: "runs/:id/groups/:step?", lazy: () => import("@/features/groups") },
  { path: "models/:name?", lazy: () => import("@/features/models") },
  { path: "deployments/:name?", lazy: () => import("@/features/deployments") },
  { path: "lineage/:kind?/*", lazy: () => import("@/features/lineage") },
  { path: "events/:id?", lazy: () => import("@/features/events") },
  { path: "dead-letters/:id?", lazy: () => import("@/features/dead-letters") },
  { path: "*", lazy: () => import("./NotFound") },
];

export const routes: RouteObject[] = [
  { path: "/login", lazy: () => import("@/features/login"), errorElement: <Failed /> },
  {
    path: "/",
    element: <Shell />,
    errorElement: <Failed />,
    children: [{ errorElement: <Failed />, children: pages }],
    hydrateFallbackElement: <></>,
  },
];

export const router = createBrowserRouter(routes);
