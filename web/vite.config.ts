import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `--mode react-18` takes React 18.3 from `react-18/`: the same source builds on both. */
export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwind()],
  resolve: {
    alias: {
      "@": here("./src"),
      ...(mode === "react-18"
        ? { react: here("./react-18/node_modules/react"), "react-dom": here("./react-18/node_modules/react-dom") }
        : {}),
    },
  },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy knows no data: scripts or fonts
    manifest: true,
    sourcemap: false,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { input: { main: here("./index.html"), editor: here("./editor.html") } },
  },
  server: { proxy: { "/api": { target: process.env.STUDIO_API_URL ?? "http://127.0.0.1:8000", ws: true } } },
}));
