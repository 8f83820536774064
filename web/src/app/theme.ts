import { theme as antd, type ThemeConfig } from "antd";
import { useSyncExternalStore } from "react";

export type Mode = "light" | "dark";

const PLACE = "studio.theme";
const listeners = new Set<() => void>();
const system = () => window.matchMedia("(prefers-color-scheme: dark)");

function stored(): Mode | null {
  try {
    const found = localStorage.getItem(PLACE);
    return found === "dark" || found === "light" ? found : null;
  } catch {
    return null;
  }
}

/** What is shown: the person's choice, or the system's. */
export const mode = (): Mode => stored() ?? (system().matches ? "dark" : "light");

export function setMode(next: Mode): void {
  try {
    localStorage.setItem(PLACE, next);
  } catch {
    // storage is off: it holds for this page
  }
  apply();
}

function apply(): void {
  document.documentElement.dataset.theme = mode();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  system().addEventListener("change", apply);
  return () => listeners.delete(listener);
}

export const useMode = (): Mode => useSyncExternalStore(subscribe, mode);

const FONT = '"Inter", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** The colours of `app/style.css`, for the component library. All text has a contrast of 4.5 or more. */
export function themeOf(shown: Mode): ThemeConfig {
  const dark = shown === "dark";
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: dark ? "#7c9cff" : "#2f54eb",
      colorPrimaryHover: dark ? "#a4bbff" : "#2546d0",
      colorPrimaryActive: dark ? "#a4bbff" : "#1d39b4",
      colorErrorHover: dark ? "#ffaaa6" : "#a81f15",
      colorLink: dark ? "#93adff" : "#2546d0",
      colorTextSecondary: dark ? "#a9b1c3" : "#4f5a70",
      colorTextTertiary: dark ? "#98a1b5" : "#5c667c",
      colorTextQuaternary: dark ? "#98a1b5" : "#5c667c",
      colorTextPlaceholder: dark ? "#98a1b5" : "#616b80",
      colorTextDescription: dark ? "#a9b1c3" : "#4f5a70",
      colorTextDisabled: dark ? "#8b94a8" : "#6b7489",
      colorSuccess: dark ? "#4cc38a" : "#18794e",
      colorWarning: dark ? "#e5b567" : "#8f5a00",
      colorError: dark ? "#ff8b86" : "#c4281c",
      colorBgBase: dark ? "#0f1320" : "#ffffff",
      ...(dark && { colorBgContainer: "#131828", colorBgElevated: "#1c2336", colorBorder: "#3a4560" }),
      colorBgLayout: dark ? "#0b0e18" : "#f5f6fa",
      borderRadius: 8,
      fontFamily: FONT,
      fontSize: 14,
      motion: false,
    },
    components: {
      Button: {
        primaryColor: dark ? "#0b0e18" : "#ffffff",
        dangerColor: dark ? "#0b0e18" : "#ffffff",
        primaryShadow: "none",
        defaultShadow: "none",
        dangerShadow: "none",
      },
      Checkbox: { borderRadiusSM: 4 }, // not as round as a radio button
      Table: { headerBg: "transparent", cellPaddingBlockSM: 6 },
    },
  };
}
