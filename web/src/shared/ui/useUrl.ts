import { useCallback } from "react";
import { useSearchParams } from "react-router";

type Values = Record<string, string | number | boolean | null | undefined>;

/** State in the URL: read a name, set some. Empty values leave the URL; `replace` adds no step to the history. */
export function useUrl() {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (values: Values, { replace = true } = {}) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          for (const [name, value] of Object.entries(values))
            if (value === null || value === undefined || value === "" || value === false) next.delete(name);
            else next.set(name, String(value));
          return next;
        },
        { replace },
      ),
    [setParams],
  );
  const get = useCallback((name: string, otherwise = ""): string => params.get(name) ?? otherwise, [params]);
  const number = useCallback(
    (name: string): number | undefined => {
      const found = params.get(name);
      return found === null || found === "" || !Number.isFinite(Number(found)) ? undefined : Number(found);
    },
    [params],
  );
  return { get, number, set, text: params.toString() };
}
