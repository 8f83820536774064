import { useTheme } from "@/shared/ui/useTheme";
import { PALETTE } from "./lines";

/** The colours of curves in the theme that is shown, for legends beside a chart. */
export const usePalette = (): readonly string[] => PALETTE[useTheme()];
