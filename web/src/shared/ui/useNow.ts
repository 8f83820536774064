import { useEffect, useState } from "react";

/** The time in milliseconds, new every `every` milliseconds: for figures that age while nothing else happens. */
export function useNow(every = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
