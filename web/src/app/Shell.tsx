import { lazy, Suspense, useSyncExternalStore } from "react";
import { Navigate, NavLink, Outlet, useLocation, useNavigation } from "react-router";
import { signedOut } from "@/shared/api/signedOut";
import { useSession } from "@/shared/ui/permissions";
import { ConnectionState } from "./ConnectionState";
import { GROUPS } from "./nav";
import { Person } from "./Person";
import { useKeys } from "./useKeys";

const SignInAgain = lazy(() => import("./SignInAgain"));

/** The frame around all pages. A person whose login ended signs in over the page, and nothing typed is lost. */
export function Shell() {
  const held = useSession();
  const again = useSyncExternalStore(signedOut.subscribe, signedOut.get);
  const { pathname, search } = useLocation();
  const moving = useNavigation().state === "loading";
  useKeys();
  if (!held) return <Navigate to={`/login?next=${encodeURIComponent(pathname + search)}`} replace />;
  return (
    <div className="flex h-screen flex-col bg-page text-ink md:flex-row">
      <a className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-card focus:p-2" href="#content">
        Skip to the content
      </a>
      <aside className="flex shrink-0 gap-1 border-line bg-card max-md:overflow-x-auto max-md:border-b md:w-52 md:flex-col md:border-r">
        <div className="hidden items-center gap-2 px-4 py-4 font-semibold md:flex">
          <img src="/icon.svg" alt="" width={22} height={22} />
          Data Studio
        </div>
        <nav aria-label="Pages" className="flex gap-1 p-2 md:flex-1 md:flex-col md:overflow-y-auto">
          {GROUPS.map((group) => (
            <div key={group.name} className="flex md:mb-2 md:flex-col">
              <div className="hidden px-2 pb-1 text-xs text-soft md:block">{group.name}</div>
              {group.places.map((place) => (
                <NavLink key={place.path} to={place.path} className={linkClass} title={`${place.name} (g ${place.key})`}>
                  {place.name}
                </NavLink>
              ))}
            </div>
          ))}
        </nav>
        <div className="flex items-center gap-2 border-line p-2 md:flex-col md:items-stretch md:border-t">
          <ConnectionState />
          <Person />
        </div>
      </aside>
      <main id="content" tabIndex={-1} className="relative min-h-0 min-w-0 flex-1 overflow-auto" aria-busy={moving}>
        <Outlet />
      </main>
      {again && (
        <Suspense>
          <SignInAgain />
        </Suspense>
      )}
    </div>
  );
}

const linkClass = ({ isActive }: { isActive: boolean }): string =>
  `whitespace-nowrap rounded px-2 py-1.5 text-ink! no-underline! hover:bg-raised ${isActive ? "bg-raised font-semibold" : ""}`;
