import { useEffect, useRef, useState } from "react";
import { useFeed } from "@/shared/live/live";
import { liveTopics } from "./topics";

const SECONDS = 5;

/** Events a second, over the last five seconds, of a topic (or all that are shown without one). */
export function useRate(topic: string): number {
  const count = useRef(0);
  const [rate, setRate] = useState(0);
  useFeed({ topics: liveTopics(topic) }, () => {
    count.current += 1;
  });
  useEffect(() => {
    const last: number[] = [];
    const timer = setInterval(() => {
      last.push(count.current);
      count.current = 0;
      if (last.length > SECONDS) last.shift();
      setRate(last.reduce((sum, one) => sum + one, 0) / last.length);
    }, 1000);
    return () => clearInterval(timer);
  }, [topic]);
  return rate;
}
