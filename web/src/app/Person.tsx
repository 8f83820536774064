import { session } from "@/shared/api/session";
import { useSession } from "@/shared/ui/permissions";
import { setMode, useMode } from "./theme";

/** Who is signed in; light or dark; sign out. */
export function Person() {
  const held = useSession();
  const mode = useMode();
  const leave = () => {
    const token = session.get()?.refreshToken;
    session.set(null);
    void fetch("/api/v1/auth/logout", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh_token: token }),
    }).catch(() => {});
  };
  if (!held) return null;
  return (
    <div className="flex items-center gap-2 px-2 text-xs md:flex-col md:items-stretch">
      <span className="hidden truncate text-soft md:block" title={`${held.email}, ${held.role} of ${held.tenant}`}>
        {held.email}
        <br />
        {held.role} of {held.tenant}
      </span>
      <span className="flex gap-2">
        <button
          type="button"
          className="whitespace-nowrap rounded border border-line px-2 py-1 hover:bg-raised"
          onClick={() => setMode(mode === "dark" ? "light" : "dark")}
        >
          {mode === "dark" ? "Light" : "Dark"} mode
        </button>
        <button
          type="button"
          className="whitespace-nowrap rounded border border-line px-2 py-1 hover:bg-raised"
          onClick={leave}
        >
          Sign out
        </button>
      </span>
    </div>
  );
}
