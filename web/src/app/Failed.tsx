import { useRouteError } from "react-router";
import { failureOf } from "@/shared/api/failure";

/** A page that broke. What was written before is on the log; reloading loses nothing but what was typed here. */
export function Failed() {
  const failure = failureOf(useRouteError());
  return (
    <main className="mx-auto max-w-xl p-8">
      <h1>This page broke</h1>
      <p className="mt-2 text-soft">{failure.message}</p>
      <p className="mt-2">
        The studio itself goes on. If it was updated while this tab was open, reloading is all it needs.
      </p>
      <button className="mt-4 rounded border border-line px-3 py-1" onClick={() => window.location.reload()}>
        Reload
      </button>
    </main>
  );
}
