import { useCallback, useEffect, useRef, useState } from "react";
import { ask, type Answer, type Ask } from "./chat";

/** Asks several versions the same thing at once. */
export function useChat() {
  const [answers, setAnswers] = useState<Record<string, Answer>>({});
  const stopper = useRef<AbortController | null>(null);
  const start = useCallback((versions: readonly string[], what: Ask) => {
    stopper.current?.abort();
    const own = new AbortController();
    stopper.current = own;
    setAnswers({});
    for (const version of new Set(versions))
      void ask(version, what, own.signal, (answer) => {
        if (stopper.current === own) setAnswers((old) => ({ ...old, [version]: answer }));
      });
  }, []);
  const stop = useCallback(() => stopper.current?.abort(), []);
  useEffect(() => () => stopper.current?.abort(), []);
  const busy = Object.values(answers).some((one) => one.stage === "asking" || one.stage === "speaking");
  return { answers, busy, start, stop };
}
