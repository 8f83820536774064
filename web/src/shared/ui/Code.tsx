import { useEffect, useRef, useState } from "react";
import { useTheme } from "./useTheme";

interface Props {
  value: string;
  label: string;
  language?: "json" | "plaintext";
  height?: number;
  /** Without it the text is read-only. */
  onChange?: (value: string) => void;
}

/** The code editor (Monaco), in a frame of its own: see `editor/main.ts` for what is said between the two. */
export function Code({ value, label, language = "json", height = 240, onChange }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const dark = useTheme() === "dark";
  const [ready, setReady] = useState(false);
  const change = useRef(onChange);
  /** What the frame itself said: sent back to it late, it would undo what was typed meanwhile. */
  const said = useRef(new Set<string>());
  const looks = useRef("");
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    const hear = (event: MessageEvent<{ kind?: string; value?: string }>) => {
      if (event.source !== frame.current?.contentWindow || event.origin !== window.location.origin) return;
      if (event.data.kind === "ready") setReady(true);
      if (event.data.kind !== "change") return;
      said.current.add(event.data.value ?? "");
      change.current?.(event.data.value ?? "");
    };
    window.addEventListener("message", hear);
    return () => window.removeEventListener("message", hear);
  }, []);
  const readOnly = !onChange;
  useEffect(() => {
    if (!ready) return;
    const look = JSON.stringify([language, readOnly, dark, label]);
    if (said.current.has(value) && look === looks.current) return;
    looks.current = look;
    said.current.clear();
    frame.current?.contentWindow?.postMessage(
      { kind: "set", value, language, readOnly, dark, label },
      window.location.origin,
    );
  }, [ready, value, language, readOnly, dark, label]);
  return (
    <iframe
      ref={frame}
      src="/editor.html"
      title={label}
      style={{ height }}
      className="w-full rounded border border-line bg-card"
    />
  );
}

/** A value as indented JSON. */
export const pretty = (value: unknown): string => JSON.stringify(value, null, 2) ?? "";
