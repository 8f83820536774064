import { useSyncExternalStore } from "react";
import { session } from "@/shared/api/session";

/** Empty where the person may; otherwise why not. */
export function useMay(permission: string | undefined): string {
  const held = useSyncExternalStore(session.subscribe, session.get);
  if (!permission || !held || !held.permissions.length || held.permissions.includes(permission)) return "";
  return `Your role (${held.role}) lacks ${permission}. Ask an administrator.`;
}

export const useSession = () => useSyncExternalStore(session.subscribe, session.get);
