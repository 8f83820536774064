import { defineConfig } from "vitest/config";

/** Journeys through a running studio: STUDIO_URL, STUDIO_EMAIL, STUDIO_PASSWORD say which. */
export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  test: {
    environment: "node",
    include: ["*.journey.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
