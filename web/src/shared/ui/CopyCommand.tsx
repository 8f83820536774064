import { useState } from "react";

/** Copies the command that shows the same; says so. */
export function CopyCommand({ command }: { command: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(command);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button
      type="button"
      className="max-w-72 truncate rounded border border-line bg-card px-2 py-1 font-mono text-xs text-soft hover:text-ink"
      title={`Copy: ${command}`}
      aria-label={`Copy as a command: ${command}`}
      onClick={() => void copy()}
    >
      {copied ? "copied" : `$ ${command}`}
    </button>
  );
}

/** Puts text on the clipboard, also where the page is not on a secure origin. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text).catch(() => byHand(text));
  } else byHand(text);
}

function byHand(text: string): void {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** An argument as a POSIX shell takes it. */
export function shell(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
