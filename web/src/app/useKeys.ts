import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { placeOf } from "./nav";

const SECOND_KEY = 1500; // milliseconds in which the second key has to come

/** `g` and a letter go to a page; `/` goes to the page's search field. Not while somebody types. */
export function useKeys(): void {
  const navigate = useNavigate();
  const began = useRef(-Infinity);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || at.closest("input,textarea,select,[contenteditable]")) return;
      if (event.key === "/") {
        const field = document.querySelector<HTMLElement>("main input[type=search]");
        if (field) {
          event.preventDefault();
          field.focus();
        }
        return;
      }
      if (event.key === "g") {
        began.current = event.timeStamp;
        return;
      }
      const path = event.timeStamp - began.current < SECOND_KEY ? placeOf(event.key) : null;
      began.current = -Infinity;
      if (path) void navigate(path);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [navigate]);
}
