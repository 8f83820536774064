import { useEffect } from "react";
import { Navigate, useSearchParams } from "react-router";
import { useSession } from "@/shared/ui/permissions";
import { SignIn } from "@/shared/ui/SignIn";
import { nextOf } from "./next";

export function Component() {
  const held = useSession();
  const [params] = useSearchParams();
  useEffect(() => {
    document.title = "Sign in · Synthetic Data Studio";
  }, []);
  if (held) return <Navigate to={nextOf(params.get("next"))} replace />;
  return (
    <main className="flex min-h-screen items-center justify-center bg-page p-4">
      <div className="w-full max-w-sm rounded-lg border border-line bg-card p-6">
        <h1 className="flex items-center gap-2">
          <img src="/icon.svg" alt="" width={26} height={26} />
          Synthetic Data Studio
        </h1>
        <p className="mt-1 mb-4 text-soft">Documents in, trained and deployed agents out.</p>
        <SignIn />
        <p className="mt-4 text-xs text-soft">
          The first login is printed by <code>studio up</code>; <code>studio status</code> says it again.
        </p>
      </div>
    </main>
  );
}
