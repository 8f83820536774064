import { useEffect, useRef } from "react";

const AFTER_G = 1500; // milliseconds: `g` and a letter go to another page, that letter is not meant for this one
const FIELDS = "input:not([type=checkbox]):not([type=radio]):not([type=range]),textarea,select,[contenteditable]";

/** Keys of a page. Not while somebody types, not with a modifier, not after `g`, not behind a dialog. */
export function usePageKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    let going = -AFTER_G;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if ((event.target as HTMLElement).closest?.(FIELDS)) return;
      if (document.querySelector('[role="dialog"][aria-modal="true"]')) return;
      const after = event.timeStamp - going < AFTER_G;
      going = event.key === "g" ? event.timeStamp : -AFTER_G;
      const found = after ? undefined : latest.current[event.key];
      if (!found) return;
      event.preventDefault();
      found();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
