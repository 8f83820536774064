import { Button } from "antd";
import type { ReactNode } from "react";
import { failureOf, type Failure as Said } from "@/shared/api/failure";

/** Nothing here yet, and what to do about it. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-dashed border-line p-10 text-center">
      <h2>{title}</h2>
      {children && <div className="max-w-xl text-soft">{children}</div>}
      {action}
    </div>
  );
}

/** What went wrong, with the way out and a way to try again. */
export function Failure({ error, retry, what }: { error: unknown; retry?: () => void; what?: string }) {
  const failure = failureOf(error);
  return (
    <div role="alert" className="rounded-lg border border-bad/50 bg-card p-4">
      <h2 className="text-bad">{what ?? (failure.status === 404 ? "It is not there" : "That did not work")}</h2>
      <p className="mt-1 break-words">{failure.message}</p>
      {failure.field && (
        <p className="text-soft">
          Field: <code>{failure.field}</code>
        </p>
      )}
      {failure.remedy && <p className="text-soft">{failure.remedy}</p>}
      <div className="mt-3 flex items-center gap-3">
        {retry && (
          <Button size="small" onClick={retry}>
            Try again
          </Button>
        )}
        <code className="text-soft">{failure.code}</code>
      </div>
    </div>
  );
}

/** Why the studio said no, beside what was asked of it. */
export function Refusal({ failure, className = "" }: { failure: Said | null; className?: string }) {
  if (!failure) return null;
  return (
    <p role="alert" className={`break-words text-bad ${className}`}>
      {failure.message} {failure.remedy}
    </p>
  );
}

/** Waiting, said once to a screen reader. */
export function Loading({ what = "Loading" }: { what?: string }) {
  return (
    <p role="status" className="p-6 text-center text-soft">
      {what} …
    </p>
  );
}
