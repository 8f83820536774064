import { defineConfig } from "vitest/config";

/** Pictures of every page into docs/screens; not a test. */
export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  test: { environment: "node", include: ["screens.ts"], fileParallelism: false, testTimeout: 300_000 },
});
